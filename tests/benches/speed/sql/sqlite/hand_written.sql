-- Row triggers as one writes them by hand. The application inserts the row of the log itself, at the
-- start of each transaction; where it forgets to, the changes are those of the transaction before.
CREATE TABLE continuum_transaction (
    id INTEGER NOT NULL PRIMARY KEY,
    issued_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    remote_addr TEXT
);
CREATE TABLE articles_version (
    id INTEGER NOT NULL, name TEXT, content TEXT, author_id INTEGER, created_at TIMESTAMP,
    transaction_id BIGINT NOT NULL, {end_column}operation_type SMALLINT NOT NULL,
    PRIMARY KEY (id, transaction_id)
);
{end_index}
CREATE TRIGGER articles_insert AFTER INSERT ON articles BEGIN
    INSERT INTO articles_version (id, name, content, author_id, created_at, transaction_id, operation_type)
    VALUES (
        NEW.id, NEW.name, NEW.content, NEW.author_id, NEW.created_at,
        (SELECT max(id) FROM continuum_transaction), 0
    )
    ON CONFLICT (id, transaction_id) DO UPDATE SET
        name = excluded.name, content = excluded.content, author_id = excluded.author_id,
        created_at = excluded.created_at, operation_type = 0;
END;

CREATE TRIGGER articles_update AFTER UPDATE ON articles BEGIN
    {close}
    INSERT INTO articles_version (id, name, content, author_id, created_at, transaction_id, operation_type)
    VALUES (
        NEW.id, NEW.name, NEW.content, NEW.author_id, NEW.created_at,
        (SELECT max(id) FROM continuum_transaction), 1
    )
    ON CONFLICT (id, transaction_id) DO UPDATE SET
        name = excluded.name, content = excluded.content, author_id = excluded.author_id,
        created_at = excluded.created_at,
        operation_type = CASE WHEN operation_type = 0 THEN 0 ELSE 1 END;
END;

CREATE TRIGGER articles_delete AFTER DELETE ON articles BEGIN
    {close}
    INSERT INTO articles_version (id, name, content, author_id, created_at, transaction_id, operation_type)
    VALUES (
        OLD.id, OLD.name, OLD.content, OLD.author_id, OLD.created_at,
        (SELECT max(id) FROM continuum_transaction), 2
    )
    ON CONFLICT (id, transaction_id) DO UPDATE SET
        name = excluded.name, content = excluded.content, author_id = excluded.author_id,
        created_at = excluded.created_at, operation_type = 2;
END;
