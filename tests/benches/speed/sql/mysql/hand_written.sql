-- Row triggers as one writes them by hand. The application forgets @t at the start of each transaction;
-- where it does not, the changes are those of the transaction before.
CREATE TABLE continuum_transaction (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    issued_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    remote_addr text
);
CREATE TABLE articles_version (
    id int NOT NULL, name varchar(255), content text, author_id int, created_at datetime,
    transaction_id bigint NOT NULL, {end_column}operation_type smallint NOT NULL,
    PRIMARY KEY (id, transaction_id)
);
{end_index}
CREATE TRIGGER articles_insert AFTER INSERT ON articles FOR EACH ROW BEGIN
    IF @t IS NULL THEN
        INSERT INTO continuum_transaction (remote_addr) VALUES (NULL);
        SET @t = LAST_INSERT_ID();
    END IF;
    INSERT INTO articles_version (id, name, content, author_id, created_at, transaction_id, operation_type)
    VALUES (NEW.id, NEW.name, NEW.content, NEW.author_id, NEW.created_at, @t, 0)
    ON DUPLICATE KEY UPDATE
        name = VALUES(name), content = VALUES(content), author_id = VALUES(author_id),
        created_at = VALUES(created_at), operation_type = 0;
END;

CREATE TRIGGER articles_update AFTER UPDATE ON articles FOR EACH ROW BEGIN
    IF @t IS NULL THEN
        INSERT INTO continuum_transaction (remote_addr) VALUES (NULL);
        SET @t = LAST_INSERT_ID();
    END IF;
    {close}
    INSERT INTO articles_version (id, name, content, author_id, created_at, transaction_id, operation_type)
    VALUES (NEW.id, NEW.name, NEW.content, NEW.author_id, NEW.created_at, @t, 1)
    ON DUPLICATE KEY UPDATE
        name = VALUES(name), content = VALUES(content), author_id = VALUES(author_id),
        created_at = VALUES(created_at), operation_type = IF(operation_type = 0, 0, 1);
END;

CREATE TRIGGER articles_delete AFTER DELETE ON articles FOR EACH ROW BEGIN
    IF @t IS NULL THEN
        INSERT INTO continuum_transaction (remote_addr) VALUES (NULL);
        SET @t = LAST_INSERT_ID();
    END IF;
    {close}
    INSERT INTO articles_version (id, name, content, author_id, created_at, transaction_id, operation_type)
    VALUES (OLD.id, OLD.name, OLD.content, OLD.author_id, OLD.created_at, @t, 2)
    ON DUPLICATE KEY UPDATE
        name = VALUES(name), content = VALUES(content), author_id = VALUES(author_id),
        created_at = VALUES(created_at), operation_type = 2;
END;
