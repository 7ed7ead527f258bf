-- Statements of the local stack: a database of its own for every service, an owner for it, and roles.
-- DDL takes no parameters, so PostgreSQL itself quotes the names and passwords into it.

-- name: role_exists
-- Whether role $1 is there.
SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1);

-- name: database_exists
-- Whether database $1 is there.
SELECT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = $1);

-- name: create_role
-- The statement that makes role $1; it may log in, and nothing else.
SELECT format('CREATE ROLE %I LOGIN', $1::text);

-- name: set_password
-- The statement that gives role $1 the password $2.
SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text);

-- name: limit_role
-- The statement that ends what role $1 leaves running or open, whatever program connects as it.
SELECT format(
    'ALTER ROLE %1$I SET statement_timeout = ''30s'';'
    'ALTER ROLE %1$I SET lock_timeout = ''10s'';'
    'ALTER ROLE %1$I SET idle_in_transaction_session_timeout = ''30s''', $1::text);

-- name: create_database
-- The statement that makes database $1, owned by role $2.
SELECT format('CREATE DATABASE %I OWNER %I', $1::text, $2::text);

-- name: hand_over
-- The statement that makes role $2 the owner of all that role $1 owns in this database, itself included.
SELECT format('REASSIGN OWNED BY %I TO %I', $1::text, $2::text);

-- name: close_database
-- The statement that lets only the owner of database $1 connect to it.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', $1::text);

-- name: close_others
-- Nobody but the superuser connects to the databases that every server has.
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;

-- name: admit_role
-- The statement that lets role $1 connect to database $2, and do nothing there yet.
SELECT format('GRANT CONNECT ON DATABASE %2$I TO %1$I', $1::text, $2::text);
