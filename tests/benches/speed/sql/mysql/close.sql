UPDATE articles_version SET end_transaction_id = @t
    WHERE id = OLD.id AND end_transaction_id IS NULL AND transaction_id <> @t;
