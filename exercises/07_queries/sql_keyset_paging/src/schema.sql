CREATE TABLE photos (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    taken_at INTEGER NOT NULL -- seconds since 1970
);
CREATE INDEX photos_taken_at ON photos (taken_at);
