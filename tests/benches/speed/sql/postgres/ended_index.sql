CREATE INDEX articles_version_ended ON articles_version (end_transaction_id, transaction_id)
    WHERE end_transaction_id IS NOT NULL;
