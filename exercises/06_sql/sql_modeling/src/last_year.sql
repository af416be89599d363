-- The database as it is in production, with all that people have typed.
CREATE TABLE posts (
    id    INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    tags  TEXT NOT NULL -- 'rust,sql', and by hand also ' rust , sql,,rust'
);
