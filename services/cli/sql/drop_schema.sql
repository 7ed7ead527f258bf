-- Makes room for what the dump holds, inside the transaction that brings it back.
DROP SCHEMA IF EXISTS :"schema" CASCADE;
