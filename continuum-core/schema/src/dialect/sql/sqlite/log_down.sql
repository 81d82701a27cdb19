DROP TABLE continuum_activity;
DROP VIEW continuum_begin;
DROP TABLE continuum_writing;
DROP TABLE continuum_current;
DROP TABLE continuum_table;
DROP TABLE continuum_transaction;
