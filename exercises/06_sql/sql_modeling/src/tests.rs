use std::fmt::{Debug, Display};

use rusqlite::{Connection, Result};
use support::{any, expect, fail, random_name};

use super::{migrate, posts_with, publish, rename, tags};

#[test]
fn a_post_is_found_by_each_of_its_tags() {
    let mut blog = Blog::new();
    let (first, second, tag) = (random_name("First"), random_name("Second"), random_name("tag"));
    blog.publish(&first, &["sql", &tag]);
    blog.publish("Nothing to say", &[]);
    blog.publish(&second, &[&tag, "summer"]);
    blog.finds(&tag, &[&first, &second]);
    blog.finds("sql", &[&first]);
    blog.finds("summer", &[&second]);
    blog.finds(&random_name("no tag"), &[]);
}

#[test]
fn whoever_asks_for_rust_gets_nothing_about_trust() {
    let mut blog = Blog::new();
    let mend = random_name("Ownership");
    blog.publish("Whom to believe", &["trust"]);
    blog.publish(&mend, &["sql", "rust"]);
    blog.publish("Old cars", &["rusty", "cars"]);
    blog.finds("rust", &[&mend]);
    blog.finds("ust", &[]);
    blog.finds("sql,rust", &[]);
}

#[test]
fn a_tag_is_a_name_to_the_letter() {
    let mut blog = Blog::new();
    let post = random_name("Ownership");
    blog.publish(&post, &["Rust", "100%", "x_y"]);
    blog.finds("Rust", &[&post]);
    blog.finds("100%", &[&post]);
    blog.finds("x_y", &[&post]);
    for other in ["rust", "%", "____", "Rus_", "xzy", "R%", "100", ""] {
        blog.finds(other, &[]);
    }
}

#[test]
fn a_post_has_a_tag_once_however_often_it_is_given() {
    let mut blog = Blog::new();
    let (post, other) = (random_name("Ownership"), random_name("Borrowing"));
    blog.publish(&post, &["rust", "sql", "rust"]);
    blog.publish(&other, &["rust"]);
    blog.finds("rust", &[&post, &other]);
    blog.has_tags(&[("rust", 2), ("sql", 1)]);
}

#[test]
fn a_tag_may_have_a_comma_in_it() {
    let mut blog = Blog::new();
    let post = random_name("Spring");
    let place = random_name("Paris, France");
    blog.publish(&post, &[&place, "travel"]);
    blog.finds(&place, &[&post]);
    blog.finds("Paris", &[]);
    blog.has_tags(&[(&place, 1), ("travel", 1)]);
}

#[test]
fn last_years_posts_keep_their_tags_without_the_blanks() {
    let tag = random_name("tag");
    let blog = Blog::of_last_year(&[
        ("Ownership", "rust,sql"),
        ("Whom to believe", &format!(" trust , {tag},, trust,")),
        ("Nothing to say", ""),
        ("Nothing either", " , "),
        ("One word", &tag),
        ("Two words", "old cars"),
    ]);
    blog.finds("rust", &["Ownership"]);
    blog.finds("trust", &["Whom to believe"]);
    blog.finds(&tag, &["Whom to believe", "One word"]);
    blog.finds("old cars", &["Two words"]);
    blog.has_tags(&[
        ("old cars", 1),
        ("rust", 1),
        ("sql", 1),
        (&tag, 2),
        ("trust", 1),
    ]);
}

#[test]
fn last_years_posts_keep_their_numbers_and_titles() {
    let titles = [
        random_name("First"),
        random_name("Second"),
        random_name("Third"),
    ];
    let [first, second, third] = &titles;
    let mut blog = Blog::of_last_year(&[(first, "rust"), (second, ""), (third, "sql,rust")]);
    expect(
        "publish(), where there are 3 posts already",
        4,
        blog.publish("Fourth", &["rust"]),
    );
    let titles: Result<Vec<(i64, String)>> = blog
        .db
        .prepare("SELECT id, title FROM posts ORDER BY id")
        .and_then(|mut select| select.query_map((), |row| row.try_into())?.collect());
    let expected = [
        (1, first.clone()),
        (2, second.clone()),
        (3, third.clone()),
        (4, "Fourth".to_owned()),
    ];
    lists("SELECT id, title FROM posts", &expected, titles);
    blog.finds("rust", &[first, third, "Fourth"]);
}

#[test]
fn a_post_keeps_no_second_list_of_its_tags() {
    let mut blog = Blog::of_last_year(&[("Ownership", "rust,sql")]);
    blog.publish("Borrowing", &["rust"]);
    let sql = "SELECT group_concat(name, ', ' ORDER BY name) FROM pragma_table_xinfo('posts')";
    let columns: Result<String> = blog.db.query_row(sql, (), |row| row.get(0));
    let story = blog.then("the columns of the table posts");
    expect(story, "id, title", columns.unwrap_or_else(|error| error.to_string()));
}

#[test]
fn a_tag_that_is_renamed_takes_its_posts_along_and_no_other_tag() {
    let mut blog =
        Blog::of_last_year(&[("Ownership", "rust,sql"), ("Whom to believe", "trust,sql")]);
    blog.publish("Old cars", &["rusty", "rust"]);
    let new = random_name("oxide");
    expect(format!("rename(\"rust\", {new:?})"), "true", blog.renames("rust", &new));
    blog.finds(&new, &["Ownership", "Old cars"]);
    blog.finds("rust", &[]);
    blog.finds("trust", &["Whom to believe"]);
    blog.has_tags(&[(&new, 2), ("rusty", 1), ("sql", 2), ("trust", 1)]);
    // The old name is free again, and means nothing of what it meant.
    blog.publish("Iron", &["rust"]);
    blog.finds("rust", &["Iron"]);
}

#[test]
fn a_tag_that_nobody_has_cannot_be_renamed() {
    let mut blog = Blog::of_last_year(&[("Whom to believe", "trust")]);
    for old in ["rust", "TRUST", "%", &random_name("tag")] {
        let got = blog.renames(old, "oxide");
        expect(
            format!("rename({old:?}, \"oxide\"), where the only tag is \"trust\""),
            false,
            got,
        );
    }
    blog.has_tags(&[("trust", 1)]);
}

#[test]
fn a_tag_cannot_take_the_name_of_another_one() {
    let mut blog = Blog::of_last_year(&[("Ownership", "rust,oxide"), ("Old cars", "rust")]);
    let got = blog.renames("rust", "oxide");
    expect("rename(\"rust\", \"oxide\"), where there are both", "an error", got);
    blog.has_tags(&[("oxide", 1), ("rust", 2)]);
    blog.finds("rust", &["Ownership", "Old cars"]);
}

#[test]
fn a_rename_changes_one_row_however_many_posts_have_the_tag() {
    let count = any(50..=99);
    let old: Vec<_> = (1..count).map(|_| ("Ownership", "sql,rust")).collect();
    let mut blog = Blog::of_last_year(&old);
    blog.publish("Borrowing", &["rust"]);
    let before = blog.rows_changed();
    blog.renames("rust", "oxide");
    let changed = blog.rows_changed() - before;
    let story = format!("rename(\"rust\", \"oxide\"), where {count} posts have it");
    expect(story, "rows changed: 1", format!("rows changed: {changed}"));
    blog.has_tags(&[("oxide", count), ("sql", count - 1)]);
}

struct Blog {
    db: Connection,
    /// What has been done to it, for whoever reads a failure.
    steps: Vec<String>,
}

impl Blog {
    fn new() -> Self {
        Self::of_last_year(&[])
    }

    /// A blog with these posts and what was in their column `tags`, after its migration.
    #[track_caller]
    fn of_last_year(posts: &[(&str, &str)]) -> Self {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(include_str!("last_year.sql")).unwrap();
        let mut steps = Vec::new();
        for post in posts {
            db.execute("INSERT INTO posts (title, tags) VALUES (?1, ?2)", *post).unwrap();
            steps.push(format!("a post of last year, {:?} with tags = {:?}", post.0, post.1));
        }
        let mut blog = Self { db, steps };
        if let Err(error) = migrate(&mut blog.db) {
            fail(blog.then("migrate()"), "no error", error);
        }
        blog
    }

    #[track_caller]
    fn publish(&mut self, title: &str, tags: &[&str]) -> i64 {
        let call = format!("publish({title:?}, {tags:?})");
        let number = publish(&mut self.db, title, tags);
        let number = number.unwrap_or_else(|error| fail(self.then(&call), "no error", error));
        self.steps.push(call);
        number
    }

    /// Whether there was such a tag, or that it went wrong.
    fn renames(&mut self, old: &str, new: &str) -> &'static str {
        let renamed = match rename(&mut self.db, old, new) {
            Ok(true) => "true",
            Ok(false) => "false",
            Err(_) => "an error",
        };
        self.steps.push(format!("rename({old:?}, {new:?})"));
        renamed
    }

    #[track_caller]
    fn finds(&self, tag: &str, titles: &[&str]) {
        let titles: Vec<_> = titles.iter().map(ToString::to_string).collect();
        let story = self.then(&format!("posts_with({tag:?})"));
        lists(story, &titles, posts_with(&self.db, tag));
    }

    #[track_caller]
    fn has_tags(&self, expected: &[(&str, i64)]) {
        let expected = expected.iter().map(|(tag, posts)| ((*tag).to_owned(), *posts));
        lists(self.then("tags()"), &expected.collect::<Vec<_>>(), tags(&self.db));
    }

    /// What led to this call: of many steps the last few.
    fn then(&self, call: &str) -> String {
        let start = self.steps.len().saturating_sub(8);
        let mut steps = self.steps[start..].to_vec();
        steps.push(call.to_owned());
        steps.join("\n  then      ")
    }

    /// Since the connection was opened, whatever changed them.
    fn rows_changed(&self) -> i64 {
        self.db.query_row("SELECT total_changes()", (), |row| row.get(0)).unwrap()
    }
}

/// A function listed these, in this order. Each is told on a line of its own.
#[track_caller]
fn lists<T: Debug>(story: impl Display, expected: &[T], got: Result<Vec<T>>) {
    let lines = |rows: &[T]| {
        let rows: Vec<_> = rows.iter().map(|row| format!("{row:?}")).collect();
        match rows.len() {
            0 => "nothing".to_owned(),
            _ => rows.join("\n            "),
        }
    };
    let got = got.map_or_else(|error| error.to_string(), |rows| lines(&rows));
    expect(story, lines(expected), got);
}
