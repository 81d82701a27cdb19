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
