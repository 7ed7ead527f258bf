-- The epoch whose key made a record's digest: it is keyed anew before that key is gone for good.

-- Each record of before is taken for one of the epoch in force: it is, or of one that was closed before there was
-- this column, and then nobody can tell whose it was. A default that was there when the column was made costs no
-- writing, however long the log is.
DO $$
BEGIN
    EXECUTE format(
        'ALTER TABLE query_log ADD COLUMN epoch integer DEFAULT %s',
        COALESCE((SELECT f.epoch FROM follower f JOIN engine e ON e.generation = f.generation)::text, 'NULL')
    );
END $$;
ALTER TABLE query_log ALTER COLUMN epoch DROP DEFAULT;
CREATE INDEX query_by_epoch ON query_log (epoch);
