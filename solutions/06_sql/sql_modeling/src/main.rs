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

use rusqlite::{Connection, Result};

/// Makes last year's database this year's, with all its posts and their tags.
fn migrate(db: &mut Connection) -> Result<()> {
    let tx = db.transaction()?;
    tx.execute_batch(include_str!("tags.sql"))?;
    let posts: Vec<(i64, String)> = tx
        .prepare("SELECT id, tags FROM posts")?
        .query_map((), |row| row.try_into())?
        .collect::<Result<_>>()?;
    for (post, tags) in posts {
        for tag in tags.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
            attach(&tx, post, tag)?;
        }
    }
    // From here on there is one place where a tag can be.
    tx.execute_batch("ALTER TABLE posts DROP COLUMN tags")?;
    tx.commit()
}

/// Gives a post a tag, which may be new, and which the post may have already.
fn attach(db: &Connection, post: i64, tag: &str) -> Result<()> {
    db.execute("INSERT INTO tags (name) VALUES (?1) ON CONFLICT DO NOTHING", [tag])?;
    let sql =
        "INSERT INTO post_tags SELECT ?1, id FROM tags WHERE name = ?2 ON CONFLICT DO NOTHING";
    db.execute(sql, (post, tag))?;
    Ok(())
}

/// Stores a post with its tags, and says which number it has.
fn publish(db: &mut Connection, title: &str, tags: &[&str]) -> Result<i64> {
    let tx = db.transaction()?;
    tx.execute("INSERT INTO posts (title) VALUES (?1)", [title])?;
    let post = tx.last_insert_rowid();
    for tag in tags {
        attach(&tx, post, tag)?;
    }
    tx.commit()?;
    Ok(post)
}

/// The titles of all posts with this tag, oldest first.
fn posts_with(db: &Connection, tag: &str) -> Result<Vec<String>> {
    let sql = "SELECT posts.title
               FROM tags
               JOIN post_tags ON post_tags.tag = tags.id
               JOIN posts ON posts.id = post_tags.post
               WHERE tags.name = ?1
               ORDER BY posts.id";
    db.prepare(sql)?.query_map([tag], |row| row.get(0))?.collect()
}

/// All tags by name, each with the number of its posts.
fn tags(db: &Connection) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT tags.name, count(*)
               FROM tags
               JOIN post_tags ON post_tags.tag = tags.id
               GROUP BY tags.id
               ORDER BY tags.name";
    db.prepare(sql)?.query_map((), |row| row.try_into())?.collect()
}

/// Gives a tag another name, and says whether there was such a tag.
fn rename(db: &mut Connection, old: &str, new: &str) -> Result<bool> {
    Ok(db.execute("UPDATE tags SET name = ?2 WHERE name = ?1", [old, new])? > 0)
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
