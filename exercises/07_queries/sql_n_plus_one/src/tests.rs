use rusqlite::Connection;
use serde_json::{Value, json};
use support::{Client, any, random_name};
use support_sql::{Database, Statements};

use super::app;

#[test]
fn the_front_page_shows_a_post_with_its_author_and_its_comments() {
    let club = Club::new();
    let (author, title) = (random_name("Ana"), random_name("On"));
    let post = club.post(Some(club.author(&author)), &title);
    let comments = [random_name("Well"), random_name("And")];
    for comment in &comments {
        club.comment(post, comment);
    }
    let page = club.client.get("/posts").is_ok().has_items(1);
    let post = json!({ "id": post, "title": title, "author": author, "comments": comments });
    page.has("/items/0", post);
}

#[test]
fn a_post_without_an_author_or_comments_is_on_the_page_too() {
    let club = Club::new();
    let author = random_name("Ben");
    let commented = club.post(None, "Farewell");
    club.comment(commented, "Come back");
    let plain = club.post(Some(club.author(&author)), "Nobody read this");
    let lonely = club.post(None, "Last words");
    let page = club.client.get("/posts").is_ok().has_items(3);
    let post = |id, title, author, comments: &[&str]| json!({ "id": id, "title": title, "author": author, "comments": comments });
    page.has("/items/0", post(lonely, "Last words", Value::Null, &[]))
        .has("/items/1", post(plain, "Nobody read this", json!(author), &[]))
        .has("/items/2", post(commented, "Farewell", Value::Null, &["Come back"]));
}

#[test]
fn the_fifty_newest_posts_come_first_and_each_keeps_its_own_comments() {
    let club = Club::new();
    let expected = club.sixty_posts();
    let mut page = club.client.get("/posts").is_ok().has_items(50);
    for (place, post) in expected.iter().rev().take(50).enumerate() {
        page = page.has(&format!("/items/{place}"), post.clone());
    }
}

#[test]
fn a_comment_is_shown_as_it_was_written() {
    let club = Club::new();
    let author = Some(club.author("Ana"));
    let (post, other) = (club.post(author, "Whales, again"), club.post(author, "Read this"));
    let comments = [
        "Well, well".to_owned(),
        String::new(),
        format!("{} | see\nbelow; \"this\"", random_name("One")),
        "\\ \u{1f}\u{1e}\t, [\"it\"]".to_owned(),
    ];
    for comment in &comments {
        club.comment(post, comment);
    }
    club.comment(other, "");
    let page = club.client.get("/posts").is_ok().has_items(2);
    page.has("/items/0/comments", json!([""])).has("/items/1/comments", json!(comments));
}

#[test]
fn fifty_posts_are_shown_even_if_some_of_the_newest_were_deleted() {
    let club = Club::new();
    let author = Some(club.author("Ana"));
    let mut posts: Vec<_> = (0..70)
        .map(|number| {
            let post = club.post(author, &format!("post {number}"));
            let comment = random_name("Aha");
            club.comment(post, &comment);
            (post, comment)
        })
        .collect();
    for place in [any(60..=68), any(40..=59), any(30..=39)] {
        let (post, _) = posts.remove(place);
        club.db.execute("DELETE FROM comments WHERE post = ?1", [post]).unwrap();
        club.db.execute("DELETE FROM posts WHERE id = ?1", [post]).unwrap();
    }
    let mut page = club.client.get("/posts").is_ok().has_items(50);
    for (place, (post, comment)) in posts.into_iter().rev().take(50).enumerate() {
        page = page
            .has(&format!("/items/{place}/id"), post)
            .has(&format!("/items/{place}/comments"), json!([comment]));
    }
}

#[test]
fn a_page_of_fifty_posts_costs_at_most_three_statements() {
    let club = Club::new();
    club.sixty_posts();
    club.statements.forget();
    let page = club.client.get("/posts").is_ok();
    club.statements.are_at_most(3, "GET /posts");
    let _ = club.client.after(&page).get("/posts").is_ok();
    club.statements.are_at_most(6, "GET /posts, twice");
}

#[test]
fn a_page_reads_nothing_that_is_not_on_it() {
    let club = Club::new();
    for number in 0..200 {
        let post = club.post(Some(club.author("somebody")), &format!("old {number}"));
        // The newest of the old ones is the talk of the club.
        for _ in 0..if number == 199 { 99 } else { 5 } {
            club.comment(post, "old");
        }
    }
    let comments: usize = (0..50)
        .map(|_| {
            let post = club.post(Some(club.author("somebody")), "new");
            let comments = any(1..=3);
            for _ in 0..comments {
                club.comment(post, "new");
            }
            comments
        })
        .sum();
    club.statements.forget();
    let page = club.client.get("/posts").is_ok().has_items(50).has("/items/49/title", "new");
    let unit = format!("rows read (50 posts, their 50 authors, their {comments} comments)");
    page.costs_at_most(100 + comments, &unit, club.statements.rows());
}

#[test]
fn what_has_changed_is_seen_by_the_next_reader() {
    let club = Club::new();
    let author = club.author("Ana");
    let post = club.post(Some(author), "Whales");
    let before = club.client.get("/posts").is_ok().has("/items/0/author", "Ana");
    let (name, comment) = (random_name("Ana"), random_name("Oh"));
    club.db.execute("UPDATE authors SET name = ?2 WHERE id = ?1", (author, &name)).unwrap();
    club.comment(post, &comment);
    let after = club.client.after(&before).get("/posts").is_ok();
    after.has("/items/0/author", name).has("/items/0/comments", json!([comment]));
}

/// The club's database, seen from its own side and from the members'.
struct Club {
    client: Client,
    statements: Statements,
    db: Connection,
    _file: Database,
}

impl Club {
    fn new() -> Self {
        let file = Database::new(include_str!("schema.sql"));
        let mut connection = file.connect();
        // Whoever does not ask for an order gets none.
        connection.pragma_update(None, "reverse_unordered_selects", true).unwrap();
        let statements = Statements::of(&mut connection);
        Self {
            client: Client::new(app(connection)),
            statements,
            db: file.connect(),
            _file: file,
        }
    }

    fn author(&self, name: &str) -> i64 {
        self.db.execute("INSERT INTO authors (name) VALUES (?1)", [name]).unwrap();
        self.db.last_insert_rowid()
    }

    fn post(&self, author: Option<i64>, title: &str) -> i64 {
        let sql = "INSERT INTO posts (author, title) VALUES (?1, ?2)";
        self.db.execute(sql, (author, title)).unwrap();
        self.db.last_insert_rowid()
    }

    fn comment(&self, post: i64, text: &str) {
        self.db
            .execute("INSERT INTO comments (post, text) VALUES (?1, ?2)", (post, text))
            .unwrap();
    }

    /// Posts of five authors and of nobody, with up to three comments that were written all at once. The oldest first.
    fn sixty_posts(&self) -> Vec<Value> {
        let names: Vec<_> = ["Ana", "Ben", "Chi", "Dev", "Eli"].map(random_name).to_vec();
        let authors: Vec<_> = names.iter().map(|name| self.author(name)).collect();
        let posts: Vec<_> = (0..60)
            .map(|number| {
                let (author, title) = (number % 6, format!("post {number}"));
                let id = self.post(authors.get(author).copied(), &title);
                let comments: Vec<_> = (0..any(0..=3)).map(|_| random_name("Aha")).collect();
                (id, title, names.get(author), comments)
            })
            .collect();
        for round in 0..3 {
            for (id, _, _, comments) in posts.iter().rev() {
                if let Some(comment) = comments.get(round) {
                    self.comment(*id, comment);
                }
            }
        }
        let json = |(id, title, author, comments)| json!({ "id": id, "title": title, "author": author, "comments": comments });
        posts.into_iter().map(json).collect()
    }
}
