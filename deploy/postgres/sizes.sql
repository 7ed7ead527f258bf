-- Disk by table with its indexes, and for each listing that was ever entered (registry) or each basis
-- held (a field). Rows are the planner's count, made first.
--
-- psql --no-psqlrc --file deploy/postgres/sizes.sql "$DSN"
SET client_min_messages = error;  -- the system's own tables are not ours to analyse
ANALYZE;

WITH tables AS (
    SELECT n.nspname, c.relname, c.reltuples, pg_total_relation_size(c.oid) AS bytes
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
)
SELECT COALESCE(relname, 'all of ' || nspname) AS table,
       sum(reltuples)::bigint AS rows,
       pg_size_pretty(sum(bytes)) AS size,
       round(sum(bytes) / (SELECT NULLIF(max(reltuples), 0) FROM tables
                           WHERE relname IN ('listing', 'basis'))::numeric) AS bytes_a_listing
FROM tables
GROUP BY GROUPING SETS ((nspname, relname), (nspname))
HAVING sum(bytes) > 0
ORDER BY sum(bytes) DESC;
