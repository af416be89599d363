-- The nightly import writes into these tables, too. Their names and those of their columns stay.

CREATE TABLE customers (
    id    INTEGER PRIMARY KEY,
    email TEXT NOT NULL
);

CREATE TABLE orders (
    id       INTEGER PRIMARY KEY,
    customer INTEGER NOT NULL, -- TODO: of whom may an order be, and of how many pieces?
    quantity INTEGER NOT NULL
);
