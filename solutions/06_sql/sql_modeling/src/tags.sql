-- The name of a tag is in one row. Whatever has the tag, has its number.
CREATE TABLE tags (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

-- One row for each tag of each post: the key makes a second one impossible.
CREATE TABLE post_tags (
    post INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    tag  INTEGER NOT NULL REFERENCES tags (id),
    PRIMARY KEY (post, tag)
) WITHOUT ROWID;

-- And the other way round, from a tag to its posts.
CREATE INDEX posts_of_tag ON post_tags (tag, post);
