-- A lost ending is believed by the seal with which the registry sent it. A follower that has read before there were
-- seals holds endings without: it is believed as before until it first reads as one that keeps them.
ALTER TABLE follower ADD COLUMN keeps_seals boolean NOT NULL DEFAULT false;
ALTER TABLE follower ALTER COLUMN keeps_seals SET DEFAULT true;
-- The document whose unbinding was lost; NULL where the basis itself had ended.
ALTER TABLE unsettled_ending ADD COLUMN document_id uuid;

-- How many changes' facts are erased, for whoever asks how the ledger is. The table is as long as the record.
SET LOCAL statement_timeout = 0;
ALTER TABLE ledger_head ADD COLUMN facts_erased bigint NOT NULL DEFAULT 0;
-- Act 35 is ERASE: the only one that has no facts of its own.
UPDATE ledger_head SET facts_erased = (
    SELECT count(*) FROM change
    WHERE act <> 35 AND NOT EXISTS (SELECT FROM change_facts WHERE change_facts.position = change.position)
);
