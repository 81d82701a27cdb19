DROP PROCEDURE IF EXISTS continuum_refuse;
DROP PROCEDURE IF EXISTS continuum_begin;
DROP PROCEDURE IF EXISTS continuum_resume;
DROP TABLE IF EXISTS continuum_activity;
DROP TABLE IF EXISTS continuum_table;
DROP TABLE IF EXISTS continuum_transaction;
