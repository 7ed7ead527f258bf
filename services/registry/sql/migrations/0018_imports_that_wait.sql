-- Whom the rows that are read back name, so that nobody draws again until a row is left out; and since when an import
-- has stood still, so that what waits for too long goes.

-- Rows of imports are read through to make the index.
SET LOCAL statement_timeout = 0;

-- Keyed hashes of documents, until the manifest is made: row (8) and hash (16) each.
ALTER TABLE import_chunk ADD COLUMN debtor_keys bytea;
-- The same of a row that is read back: hashes (16) alone. They outlive the import that drew them, for as long as what
-- waits is kept.
ALTER TABLE import_sample ADD COLUMN debtor_keys bytea;

ALTER TABLE import ADD COLUMN moved_at timestamptz NOT NULL DEFAULT clock_timestamp();
-- When what waited was erased.
ALTER TABLE import ADD COLUMN expired_at timestamptz;
CREATE INDEX import_row_completed ON import_row (import_id, row_number) WHERE completed_by IS NOT NULL;
