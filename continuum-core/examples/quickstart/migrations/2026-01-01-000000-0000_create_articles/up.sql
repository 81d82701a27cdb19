CREATE TABLE articles (
    id INTEGER PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    content TEXT
);
