CREATE TABLE with_validity (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    content TEXT,
    views INTEGER NOT NULL DEFAULT 0,
    secret TEXT
);

CREATE TABLE with_subquery (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    content TEXT,
    views INTEGER NOT NULL DEFAULT 0,
    secret TEXT
);
