//! The tags of a blog's posts. They are in one column, with commas between them.
//!
//! From a reader: "I asked for posts about rust, and got one about trust."
//! From an author: "Somebody renamed rust to oxide. I write about toxide now."
//! From an editor: "My tag is 'Paris, France'. There are two tags now, and neither is mine."
//! From operations: "Renaming one tag rewrote 40000 posts. Nobody could write anything for a minute."
//!
//! The documentation promises: a tag is a name to the letter, and a post has it or has it not. A rename changes one row,
//! however many posts have the tag, and is an error where another tag has the new name. The table `posts` keeps its id and
//! its title, as others read them, and no other column: a second place for tags would not hear of a rename. The blanks
//! around last year's tags stay behind. The tests make the database of src/last_year.sql, hand it to `migrate` once, and
//! then call the functions below it.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rusqlite::{Connection, Result};

/// Makes last year's database this year's, with all its posts and their tags.
fn migrate(db: &mut Connection) -> Result<()> {
    db.execute_batch(include_str!("tags.sql"))
}

/// Stores a post with its tags, and says which number it has.
fn publish(db: &mut Connection, title: &str, tags: &[&str]) -> Result<i64> {
    db.execute("INSERT INTO posts (title, tags) VALUES (?1, ?2)", (title, tags.join(",")))?;
    Ok(db.last_insert_rowid())
}

/// The titles of all posts with this tag, oldest first.
fn posts_with(db: &Connection, tag: &str) -> Result<Vec<String>> {
    let sql = "SELECT title FROM posts WHERE tags LIKE '%' || ?1 || '%' ORDER BY id";
    db.prepare(sql)?.query_map([tag], |row| row.get(0))?.collect()
}

/// All tags by name, each with the number of its posts.
fn tags(db: &Connection) -> Result<Vec<(String, i64)>> {
    let mut select = db.prepare("SELECT tags FROM posts")?;
    let mut counts = BTreeMap::new();
    for tags in select.query_map((), |row| row.get::<_, String>(0))? {
        for tag in tags?.split(',') {
            *counts.entry(tag.to_owned()).or_default() += 1;
        }
    }
    Ok(counts.into_iter().collect())
}

/// Gives a tag another name, and says whether there was such a tag.
fn rename(db: &mut Connection, old: &str, new: &str) -> Result<bool> {
    let sql = "UPDATE posts SET tags = replace(tags, ?1, ?2) WHERE tags LIKE '%' || ?1 || '%'";
    Ok(db.execute(sql, (old, new))? > 0)
}

fn main() -> Result<()> {
    let mut db = Connection::open_in_memory()?;
    db.execute_batch(include_str!("last_year.sql"))?;
    db.execute_batch(
        "INSERT INTO posts (title, tags) VALUES ('Ownership', 'rust'), ('Whom to believe', 'trust')",
    )?;
    migrate(&mut db)?;
    publish(&mut db, "Spring", &["rust", "Paris, France"])?;
    println!("about rust      {:?}", posts_with(&db, "rust")?);
    println!("rust is oxide   {:?}", rename(&mut db, "rust", "oxide")?);
    println!("all tags        {:?}", tags(&db)?);
    Ok(())
}
