CREATE TABLE authors (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    author INTEGER REFERENCES authors ON DELETE SET NULL,
    title TEXT NOT NULL
);
CREATE TABLE comments (
    id INTEGER PRIMARY KEY,
    post INTEGER NOT NULL REFERENCES posts,
    text TEXT NOT NULL
);
CREATE INDEX comments_post ON comments (post);
