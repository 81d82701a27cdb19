-- Written by continuum for SQLite. continuum: e666a8ab940f5428

-- The history begins: the rows that are there get their first version.
DELETE FROM continuum_transaction
WHERE id IN (SELECT baseline_transaction_id FROM continuum_table WHERE version_table IN ('articles_version'));
DELETE FROM continuum_table WHERE version_table IN ('articles_version');

-- Recording of articles.
DROP TRIGGER IF EXISTS "articles_version_insert";
DROP TRIGGER IF EXISTS "articles_version_update";
DROP TRIGGER IF EXISTS "articles_version_rekey";
DROP TRIGGER IF EXISTS "articles_version_delete";
DROP TRIGGER IF EXISTS "articles_version_follow";
DROP TRIGGER IF EXISTS "articles_version_settle";

-- The history of articles: one row for each version of each row.
DROP TABLE "articles_version";

-- The transaction log, and what all versioned tables share.
DROP TABLE continuum_activity;
DROP VIEW continuum_begin;
DROP TABLE continuum_writing;
DROP TABLE continuum_current;
DROP TABLE continuum_table;
DROP TABLE continuum_transaction;
