CREATE TABLE customers (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL -- there may be two of one name
);

CREATE TABLE orders (
    id       INTEGER PRIMARY KEY,
    customer INTEGER REFERENCES customers (id), -- NULL: a guest's
    day      TEXT NOT NULL                      -- 2026-01-31
);

CREATE TABLE articles (
    of_order INTEGER NOT NULL REFERENCES orders (id),
    cents    INTEGER NOT NULL
);

CREATE TABLE payments (
    of_order INTEGER NOT NULL REFERENCES orders (id),
    cents    INTEGER NOT NULL
);
