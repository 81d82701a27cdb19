CREATE TABLE articles (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name varchar(255) NOT NULL,
    content text NOT NULL,
    author_id int NOT NULL,
    created_at datetime NOT NULL
);
