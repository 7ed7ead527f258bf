-- Where the president's signature stands in the ledger; absent for imports signed by older releases.
ALTER TABLE import ADD COLUMN signed_position bigint;
