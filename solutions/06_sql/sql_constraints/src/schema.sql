-- The nightly import writes into these tables, too. Their names and those of their columns stay.

CREATE TABLE customers (
    id    INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE
);

CREATE TABLE orders (
    id       INTEGER PRIMARY KEY,
    customer INTEGER NOT NULL REFERENCES customers (id),
    quantity INTEGER NOT NULL CHECK (quantity >= 1)
);
