-- Written by continuum for SQLite. continuum: e666a8ab940f5428

-- The transaction log, and what all versioned tables share.
-- Not INTEGER PRIMARY KEY, which Diesel reads as 32 bits.
CREATE TABLE continuum_transaction (
    id BIGINT NOT NULL PRIMARY KEY,
    -- Six digits always, so that the order of the texts is the order of the times.
    issued_at TIMESTAMP NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
    actor TEXT,
    remote_addr TEXT,
    reason TEXT,
    -- An object. Not checked by json_valid(), which not every connection lets a table use.
    meta TEXT CHECK (meta GLOB '{*}')
) WITHOUT ROWID;
CREATE INDEX continuum_transaction_issued_at ON continuum_transaction (issued_at);

CREATE TABLE continuum_table (
    -- May have ended histories besides the one that goes on.
    table_name TEXT NOT NULL,
    version_table TEXT NOT NULL PRIMARY KEY,
    strategy TEXT NOT NULL CHECK (strategy IN ('validity', 'subquery')),
    -- An array of JSON.
    tracked_columns TEXT NOT NULL,
    -- False where the history has been ended and kept.
    recording BOOLEAN NOT NULL DEFAULT true,
    baseline_transaction_id BIGINT NOT NULL,
    -- Whether the rows that were there when the history began have a version.
    baseline_complete BOOLEAN NOT NULL
) WITHOUT ROWID;

-- The transaction of the versioned_transaction that is running, once it has recorded something;
-- no row otherwise, and never one that is committed.
CREATE TABLE continuum_current (
    transaction_id BIGINT NOT NULL PRIMARY KEY,
    -- Whether a version was taken away again, so that the transaction may have none left.
    netted BOOLEAN NOT NULL DEFAULT false
) WITHOUT ROWID;

-- Who may change versions that are there, where they are only added to: what records (1), for as long
-- as that takes, and whoever says so (2).
CREATE TABLE continuum_writing (
    writer SMALLINT NOT NULL PRIMARY KEY
) WITHOUT ROWID;

-- Inserting into this view makes the transaction of the change at hand: the one with the highest
-- id, because SQLite has one writer at a time. Where the change is not told in order, a later one of
-- the same row was told before, and it is of the transaction of that.
CREATE VIEW continuum_begin (told_in_order) AS SELECT NULL;
CREATE TRIGGER continuum_begin_insert
INSTEAD OF INSERT ON continuum_begin
WHEN NEW.told_in_order AND NOT EXISTS (SELECT 1 FROM continuum_current)
BEGIN
    INSERT INTO continuum_transaction (id)
    VALUES ((SELECT coalesce(max(id), 0) + 1 FROM continuum_transaction));
END;

-- What was done besides changing rows. What it points to is known by its table, the key of its row and
-- the transaction of its version, and need not be there any more.
CREATE TABLE continuum_activity (
    id INTEGER NOT NULL PRIMARY KEY,
    -- As the trigger has it.
    transaction_id BIGINT NOT NULL DEFAULT 0,
    verb TEXT NOT NULL,
    object_table TEXT,
    -- An array of JSON.
    object_key TEXT,
    object_transaction_id BIGINT,
    target_table TEXT,
    target_key TEXT,
    target_transaction_id BIGINT,
    data TEXT
);
CREATE INDEX continuum_activity_transaction ON continuum_activity (transaction_id);
CREATE INDEX continuum_activity_object ON continuum_activity (object_table, object_key);
CREATE INDEX continuum_activity_target ON continuum_activity (target_table, target_key);
CREATE TRIGGER continuum_activity_insert
AFTER INSERT ON continuum_activity
BEGIN
    INSERT INTO continuum_begin VALUES (true);
    UPDATE continuum_activity SET transaction_id = (SELECT max(id) FROM continuum_transaction)
    WHERE id = NEW.id;
END;

-- The history of articles: one row for each version of each row.
-- Fails here where the key in `table!` is none of the table: versions of several rows would be taken for those of one.
CREATE TEMP TABLE continuum_key (is_one BOOLEAN CONSTRAINT "continuum: articles has no unique key of (id); name that of the table in table!" CHECK (is_one));
INSERT INTO temp.continuum_key
SELECT (
    SELECT coalesce(sum(i.name COLLATE NOCASE NOT IN ('id')) = 0, NOT EXISTS (SELECT 1 FROM pragma_table_info('articles')))
    FROM pragma_table_info('articles') AS i WHERE i.pk > 0
) OR EXISTS (
    SELECT 1 FROM pragma_index_list('articles') AS l
    WHERE l."unique" AND NOT l.partial AND NOT EXISTS (
        SELECT 1 FROM pragma_index_info(l.name) AS c WHERE c.name IS NULL OR c.name COLLATE NOCASE NOT IN ('id')
    )
);
DROP TABLE temp.continuum_key;
CREATE TABLE "articles_version" (
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "content" TEXT,
    "transaction_id" BIGINT NOT NULL,
    "end_transaction_id" BIGINT,
    "operation_type" SMALLINT NOT NULL,
    PRIMARY KEY ("id", transaction_id)
);
CREATE UNIQUE INDEX "articles_version_open" ON "articles_version" ("id")
    WHERE end_transaction_id IS NULL;
CREATE INDEX "articles_version_transaction" ON "articles_version" (transaction_id);

-- Recording of articles.
CREATE TRIGGER "articles_version_insert"
AFTER INSERT ON "articles"
BEGIN
    SELECT RAISE(ABORT, 'continuum: articles: the history takes no NULL in id, name; declare what is never NULL as NOT NULL in the table, and what can be NULL as Nullable in schema.rs')
    WHERE NEW."id" IS NULL OR NEW."name" IS NULL;
    -- A trigger of the application that ran before this one may have changed the row again.
    INSERT INTO continuum_begin VALUES (EXISTS (
        SELECT 1 FROM "articles" AS r
        WHERE r."id" = NEW."id"
            AND r."name" IS NEW."name" COLLATE BINARY
            AND r."content" IS NEW."content" COLLATE BINARY
    ));
    -- A row appears. Where its key has an open version, that becomes the version of this transaction,
    -- with what the row is now, and "articles_version_follow" keeps a copy of what it was.
    INSERT INTO "articles_version" ("id", "name", "content", transaction_id, operation_type)
    VALUES (NEW."id", NEW."name", NEW."content", (SELECT max(id) FROM continuum_transaction), 0)
    ON CONFLICT ("id") WHERE end_transaction_id IS NULL DO UPDATE SET
        ("id", "name", "content") = (SELECT r."id", r."name", r."content" FROM "articles" AS r WHERE r."id" = NEW."id"),
        transaction_id = excluded.transaction_id,
        operation_type = CASE
            WHEN transaction_id = excluded.transaction_id THEN iif(operation_type = 0 OR 2 = (
                SELECT p.operation_type FROM "articles_version" AS p
                WHERE p."id" = NEW."id" AND p.transaction_id < "articles_version".transaction_id
                ORDER BY p.transaction_id DESC LIMIT 1
            ), 0, 1)
            ELSE operation_type <> 2
        END
    WHERE EXISTS (SELECT 1 FROM "articles" AS r WHERE r."id" = NEW."id")
        -- What a trigger has made of the row may have been told before, in a transaction of its own.
        AND (
            operation_type = 2 OR transaction_id = excluded.transaction_id
            OR EXISTS (SELECT 1 FROM continuum_current) OR EXISTS (
                SELECT 1 FROM "articles" AS r
                WHERE r."id" = NEW."id"
                    AND r."name" IS NEW."name" COLLATE BINARY
                    AND r."content" IS NEW."content" COLLATE BINARY
            )
        );
END;

CREATE TRIGGER "articles_version_update"
AFTER UPDATE ON "articles"
WHEN OLD."id" IS NEW."id"
    AND (OLD."name" IS NOT NEW."name" COLLATE BINARY
        OR OLD."content" IS NOT NEW."content" COLLATE BINARY)
BEGIN
    SELECT RAISE(ABORT, 'continuum: articles: the history takes no NULL in id, name; declare what is never NULL as NOT NULL in the table, and what can be NULL as Nullable in schema.rs')
    WHERE NEW."id" IS NULL OR NEW."name" IS NULL;
    INSERT INTO continuum_begin VALUES (EXISTS (
        SELECT 1 FROM "articles" AS r
        WHERE r."id" = NEW."id"
            AND r."name" IS NEW."name" COLLATE BINARY
            AND r."content" IS NEW."content" COLLATE BINARY
    ));
    -- A row changes. Its open version ends, unless it is of this transaction.
    UPDATE "articles_version"
    SET end_transaction_id = nullif((SELECT max(id) FROM continuum_transaction), transaction_id)
    WHERE "id" = OLD."id" AND end_transaction_id IS NULL;
    -- A row without a version first gets one of its old values. The new values are those that the row
    -- has now: a trigger may have changed it again, or taken it away with all that was said of it.
    INSERT INTO "articles_version" ("id", "name", "content", transaction_id, end_transaction_id, operation_type)
    SELECT OLD."id", OLD."name", OLD."content",
        iif(c.baseline_complete, (SELECT max(id) FROM continuum_transaction), c.baseline_transaction_id),
        iif(c.baseline_complete, NULL, (SELECT max(id) FROM continuum_transaction)), 0
    FROM continuum_table AS c WHERE c.version_table = 'articles_version' AND changes() = 0
        AND EXISTS (SELECT 1 FROM "articles" AS r WHERE r."id" = NEW."id")
    UNION ALL
    SELECT r."id", r."name", r."content", (SELECT max(id) FROM continuum_transaction), NULL, 1
    FROM "articles" AS r WHERE r."id" = NEW."id"
    ON CONFLICT ("id", transaction_id) DO UPDATE SET
        "name" = excluded."name",
        "content" = excluded."content",
        operation_type = min(operation_type, 1);
END;

CREATE TRIGGER "articles_version_rekey"
AFTER UPDATE OF "id", rowid, _rowid_, oid ON "articles"
WHEN OLD."id" IS NOT NEW."id"
BEGIN
    SELECT RAISE(ABORT, 'continuum: articles: the history takes no NULL in id, name; declare what is never NULL as NOT NULL in the table, and what can be NULL as Nullable in schema.rs')
    WHERE NEW."id" IS NULL OR NEW."name" IS NULL;
    INSERT INTO continuum_begin VALUES (EXISTS (
        SELECT 1 FROM "articles" AS r
        WHERE r."id" = NEW."id"
            AND r."name" IS NEW."name" COLLATE BINARY
            AND r."content" IS NEW."content" COLLATE BINARY
    ));
    -- A row disappears. Its open version ends, unless it is of this transaction.
    UPDATE "articles_version"
    SET end_transaction_id = nullif((SELECT max(id) FROM continuum_transaction), transaction_id)
    WHERE "id" = OLD."id" AND end_transaction_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM "articles" AS r WHERE r."id" = OLD."id");
    -- A row without a version first gets one. What this transaction inserted is marked with -1, for
    -- "articles_version_settle".
    INSERT INTO "articles_version" ("id", "name", "content", transaction_id, end_transaction_id, operation_type)
    SELECT OLD."id", OLD."name", OLD."content", (SELECT baseline_transaction_id FROM continuum_table WHERE version_table = 'articles_version'), (SELECT max(id) FROM continuum_transaction), 0
    WHERE changes() = 0
        AND NOT EXISTS (SELECT 1 FROM "articles" AS r WHERE r."id" = OLD."id")
    UNION ALL
    SELECT OLD."id", OLD."name", OLD."content", (SELECT max(id) FROM continuum_transaction), NULL, 2
    WHERE true
        AND NOT EXISTS (SELECT 1 FROM "articles" AS r WHERE r."id" = OLD."id")
    ON CONFLICT ("id", transaction_id) DO UPDATE SET
        "name" = excluded."name",
        "content" = excluded."content",
        operation_type = CASE operation_type WHEN 0 THEN -1 ELSE 2 END;
    -- A row appears. Where its key has an open version, that becomes the version of this transaction,
    -- with what the row is now, and "articles_version_follow" keeps a copy of what it was.
    INSERT INTO "articles_version" ("id", "name", "content", transaction_id, operation_type)
    VALUES (NEW."id", NEW."name", NEW."content", (SELECT max(id) FROM continuum_transaction), 0)
    ON CONFLICT ("id") WHERE end_transaction_id IS NULL DO UPDATE SET
        ("id", "name", "content") = (SELECT r."id", r."name", r."content" FROM "articles" AS r WHERE r."id" = NEW."id"),
        transaction_id = excluded.transaction_id,
        operation_type = CASE
            WHEN transaction_id = excluded.transaction_id THEN iif(operation_type = 0 OR 2 = (
                SELECT p.operation_type FROM "articles_version" AS p
                WHERE p."id" = NEW."id" AND p.transaction_id < "articles_version".transaction_id
                ORDER BY p.transaction_id DESC LIMIT 1
            ), 0, 1)
            ELSE operation_type <> 2
        END
    WHERE EXISTS (SELECT 1 FROM "articles" AS r WHERE r."id" = NEW."id")
        -- What a trigger has made of the row may have been told before, in a transaction of its own.
        AND (
            operation_type = 2 OR transaction_id = excluded.transaction_id
            OR EXISTS (SELECT 1 FROM continuum_current) OR EXISTS (
                SELECT 1 FROM "articles" AS r
                WHERE r."id" = NEW."id"
                    AND r."name" IS NEW."name" COLLATE BINARY
                    AND r."content" IS NEW."content" COLLATE BINARY
            )
        );
    -- What a foreign key of a row to itself does is told before the change of key: as an update
    -- after the delete of this key.
    UPDATE "articles_version" SET operation_type = 0
    WHERE "id" = NEW."id" AND operation_type = 1
        AND transaction_id IN (
            SELECT p.transaction_id FROM "articles_version" AS p WHERE p."id" = NEW."id"
            ORDER BY p.transaction_id DESC LIMIT 2
        )
        AND 2 = (
            SELECT p.operation_type FROM "articles_version" AS p
            WHERE p."id" = NEW."id" AND p.transaction_id < "articles_version".transaction_id
            ORDER BY p.transaction_id DESC LIMIT 1
        );
END;

CREATE TRIGGER "articles_version_delete"
AFTER DELETE ON "articles"
WHEN NOT EXISTS (SELECT 1 FROM "articles" AS r WHERE r."id" = OLD."id")
BEGIN
    INSERT INTO continuum_begin VALUES (true);
    -- A row disappears. Its open version ends, unless it is of this transaction.
    UPDATE "articles_version"
    SET end_transaction_id = nullif((SELECT max(id) FROM continuum_transaction), transaction_id)
    WHERE "id" = OLD."id" AND end_transaction_id IS NULL;
    -- A row without a version first gets one. What this transaction inserted is marked with -1, for
    -- "articles_version_settle".
    INSERT INTO "articles_version" ("id", "name", "content", transaction_id, end_transaction_id, operation_type)
    SELECT OLD."id", OLD."name", OLD."content", (SELECT baseline_transaction_id FROM continuum_table WHERE version_table = 'articles_version'), (SELECT max(id) FROM continuum_transaction), 0
    WHERE changes() = 0
    UNION ALL
    SELECT OLD."id", OLD."name", OLD."content", (SELECT max(id) FROM continuum_transaction), NULL, 2
    WHERE true
    ON CONFLICT ("id", transaction_id) DO UPDATE SET
        "name" = excluded."name",
        "content" = excluded."content",
        operation_type = CASE operation_type WHEN 0 THEN -1 ELSE 2 END;
END;

-- An open version became that of another transaction: a copy of what it was goes before it.
CREATE TRIGGER "articles_version_follow"
AFTER UPDATE OF transaction_id ON "articles_version"
WHEN OLD.transaction_id < NEW.transaction_id
    AND NEW.transaction_id = (SELECT max(id) FROM continuum_transaction)
BEGIN
    INSERT INTO "articles_version" ("id", "name", "content", transaction_id, end_transaction_id, operation_type)
    VALUES (OLD."id", OLD."name", OLD."content", OLD.transaction_id, NEW.transaction_id, OLD.operation_type);
    -- A row that REPLACE replaced by the same one: for "articles_version_settle", and then this transaction,
    -- if it is of this change alone, says nothing either.
    UPDATE "articles_version" SET operation_type = 1
    WHERE "id" = NEW."id" AND transaction_id = NEW.transaction_id AND operation_type = 1;
    DELETE FROM continuum_transaction
    WHERE id = NEW.transaction_id
        AND NOT EXISTS (SELECT 1 FROM continuum_current)
        AND NOT EXISTS (SELECT 1 FROM "articles_version" WHERE transaction_id = NEW.transaction_id);
END;

-- A version of this transaction that says nothing is taken away: an insert that was deleted again,
-- an update back to the values from before. The version before it is open again.
CREATE TRIGGER "articles_version_settle"
AFTER UPDATE OF operation_type ON "articles_version"
WHEN OLD.transaction_id = NEW.transaction_id
    AND NEW.end_transaction_id IS NULL
    AND (NEW.operation_type = -1
        OR NEW.operation_type = 1
            AND (
                SELECT p.operation_type <> 2
                    AND p."name" IS NEW."name"
                    AND p."content" IS NEW."content"
                FROM "articles_version" AS p
                WHERE p."id" = NEW."id" AND p.transaction_id < NEW.transaction_id
                ORDER BY p.transaction_id DESC LIMIT 1
            ))
BEGIN
    DELETE FROM "articles_version" WHERE "id" = NEW."id" AND transaction_id = NEW.transaction_id;
    UPDATE "articles_version" SET end_transaction_id = NULL
    WHERE "id" = NEW."id" AND end_transaction_id = NEW.transaction_id;
    UPDATE continuum_current SET netted = true;
END;

-- Fails here, and not at the first change, where the table is not what `table!` says.
UPDATE "articles" SET "id" = "id" WHERE false;

-- The history begins: the rows that are there get their first version.
INSERT INTO continuum_transaction (id, reason, meta)
VALUES (
    (SELECT coalesce(max(id), 0) + 1 FROM continuum_transaction),
    'baseline: the rows that were there when their history began',
    '{"baseline":["articles"]}'
);
INSERT INTO continuum_table (
    table_name, version_table, strategy, tracked_columns, baseline_transaction_id, baseline_complete
)
SELECT t.column1, t.column2, t.column3, t.column4, (SELECT max(id) FROM continuum_transaction), true
FROM (VALUES
    ('articles', 'articles_version', 'validity', '["id","name","content"]')
) AS t;
INSERT INTO "articles_version" ("id", "name", "content", transaction_id, operation_type)
SELECT r."id", r."name", r."content", (SELECT baseline_transaction_id FROM continuum_table WHERE version_table = 'articles_version'), 0
FROM "articles" AS r;
