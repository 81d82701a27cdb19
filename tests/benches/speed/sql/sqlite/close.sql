UPDATE articles_version SET end_transaction_id = (SELECT max(id) FROM continuum_transaction)
WHERE id = OLD.id AND end_transaction_id IS NULL
    AND transaction_id <> (SELECT max(id) FROM continuum_transaction);
