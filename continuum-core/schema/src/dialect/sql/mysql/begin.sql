IF NOT (@continuum_statement <=> NOW(6)) THEN
    CALL continuum_begin({table_name});
END IF;
