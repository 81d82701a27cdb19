DROP FUNCTION continuum_forget_empty_transaction();
DROP FUNCTION continuum_renew_transaction();
DROP FUNCTION continuum_overtaken();
DROP FUNCTION continuum_add_context(jsonb);
DROP FUNCTION continuum_drawn_transaction_id();
DROP FUNCTION continuum_transaction_id();
DROP TABLE continuum_table;
DROP TABLE continuum_transaction;
