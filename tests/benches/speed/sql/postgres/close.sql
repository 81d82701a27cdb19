UPDATE articles_version v SET end_transaction_id = t
WHERE v.id = ANY (ARRAY(SELECT id FROM n)) AND v.end_transaction_id IS NULL AND v.transaction_id <> t;
