-- Who may ask, for what and how much.
--
-- The ledger still holds what earlier releases passed over of partners: generations that were
-- read without it are rebuilt from position 0 when an engine next leads.

ALTER TABLE engine ALTER COLUMN facts_version SET DEFAULT 3;
UPDATE engine SET facts_version = 3;
-- Where nothing was read nothing is missing.
UPDATE follower SET facts_version = 3 WHERE position = 0 AND endings_position = 0;

-- How much a partner may ask; 0 for the field's own default.
ALTER TABLE partner
    ADD COLUMN checks_per_s integer NOT NULL DEFAULT 0,
    ADD COLUMN checks_per_day bigint NOT NULL DEFAULT 0;
