DROP PROCEDURE IF EXISTS continuum_renew_transaction;
