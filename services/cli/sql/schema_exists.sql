-- 1 when the schema :'schema' is there, else 0.
SELECT count(*)
FROM pg_namespace
WHERE nspname = :'schema';
