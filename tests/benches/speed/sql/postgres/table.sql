CREATE TABLE articles (
    id serial PRIMARY KEY,
    name varchar(255) NOT NULL,
    content text NOT NULL,
    author_id int NOT NULL,
    created_at timestamp NOT NULL
);
