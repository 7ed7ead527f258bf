-- Statements of the local stack: a role and a database of its own for every service.
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

-- name: create_database
-- The statement that makes database $1, owned by the role of the same name.
SELECT format('CREATE DATABASE %I OWNER %I', $1::text, $1::text);

-- name: close_database
-- The statement that lets only the owner of database $1 connect to it.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', $1::text);
