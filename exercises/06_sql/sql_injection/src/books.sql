CREATE TABLE books (
    title     TEXT NOT NULL,
    author    TEXT NOT NULL,
    year      INTEGER NOT NULL,
    price     INTEGER NOT NULL, -- cents
    cost      INTEGER NOT NULL, -- what the shop paid: nobody's business
    published INTEGER NOT NULL  -- 0 until the day it is announced
);

CREATE TABLE customers (
    name  TEXT NOT NULL,
    email TEXT NOT NULL
);
