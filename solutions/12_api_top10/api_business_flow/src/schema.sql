-- The marketing team writes coupons into these tables, too. Their names and those of their columns stay.

CREATE TABLE coupons (
    id     INTEGER PRIMARY KEY,
    code   TEXT NOT NULL UNIQUE COLLATE NOCASE, -- as people type it
    amount INTEGER NOT NULL
);

CREATE TABLE redemptions (
    id       INTEGER PRIMARY KEY,
    customer INTEGER NOT NULL,
    coupon   INTEGER NOT NULL REFERENCES coupons (id),
    amount   INTEGER NOT NULL,
    UNIQUE (customer, coupon) -- for every program that writes here, on every machine
);
