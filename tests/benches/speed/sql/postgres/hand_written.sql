-- Statement triggers as one writes them by hand: no order under concurrency, no net effect, no look
-- at what changed, any role may write the history.
CREATE TABLE continuum_transaction (
    id bigserial PRIMARY KEY,
    issued_at timestamp NOT NULL DEFAULT clock_timestamp(),
    remote_addr text
);
CREATE TABLE articles_version (
    id int NOT NULL, name varchar(255), content text, author_id int, created_at timestamp,
    transaction_id bigint NOT NULL, {end_column}operation_type smallint NOT NULL,
    PRIMARY KEY (id, transaction_id)
);
{end_index}
CREATE FUNCTION current_tx() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v text := current_setting('v.tx', true);
    i bigint;
BEGIN
    IF v <> '' THEN
        RETURN v::bigint;
    END IF;
    INSERT INTO continuum_transaction DEFAULT VALUES RETURNING id INTO i;
    PERFORM set_config('v.tx', i::text, true);
    RETURN i;
END $$;

CREATE FUNCTION articles_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    t bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM n) THEN
        RETURN NULL;
    END IF;
    t := current_tx();
    INSERT INTO articles_version (id, name, content, author_id, created_at, transaction_id, operation_type)
    SELECT x.id, x.name, x.content, x.author_id, x.created_at, t, 0 FROM n x
    ON CONFLICT (id, transaction_id) DO UPDATE SET
        name = EXCLUDED.name, content = EXCLUDED.content, author_id = EXCLUDED.author_id,
        created_at = EXCLUDED.created_at, operation_type = 0;
    RETURN NULL;
END $$;
CREATE TRIGGER articles_insert AFTER INSERT ON articles
REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION articles_insert();

CREATE FUNCTION articles_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    t bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM n) THEN
        RETURN NULL;
    END IF;
    t := current_tx();
    {close}
    INSERT INTO articles_version (id, name, content, author_id, created_at, transaction_id, operation_type)
    SELECT x.id, x.name, x.content, x.author_id, x.created_at, t, 1 FROM n x
    ON CONFLICT (id, transaction_id) DO UPDATE SET
        name = EXCLUDED.name, content = EXCLUDED.content, author_id = EXCLUDED.author_id,
        created_at = EXCLUDED.created_at,
        operation_type = CASE WHEN articles_version.operation_type = 0 THEN 0 ELSE 1 END;
    RETURN NULL;
END $$;
CREATE TRIGGER articles_update AFTER UPDATE ON articles
REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION articles_update();

CREATE FUNCTION articles_delete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    t bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM n) THEN
        RETURN NULL;
    END IF;
    t := current_tx();
    {close}
    INSERT INTO articles_version (id, name, content, author_id, created_at, transaction_id, operation_type)
    SELECT x.id, x.name, x.content, x.author_id, x.created_at, t, 2 FROM n x
    ON CONFLICT (id, transaction_id) DO UPDATE SET
        name = EXCLUDED.name, content = EXCLUDED.content, author_id = EXCLUDED.author_id,
        created_at = EXCLUDED.created_at, operation_type = 2;
    RETURN NULL;
END $$;
CREATE TRIGGER articles_delete AFTER DELETE ON articles
REFERENCING OLD TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION articles_delete();
