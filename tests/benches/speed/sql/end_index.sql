CREATE UNIQUE INDEX articles_version_open ON articles_version (id) WHERE end_transaction_id IS NULL;
