-- Facts leave the chain's table, which is only appended to from here on: what time erases is a row beside it.

-- Every change is moved and the table written anew in this one transaction, however long that takes.
SET LOCAL statement_timeout = 0;

CREATE TABLE change_facts (
    -- Salt and facts behind the commitment in a change's body. Erased after their time; the chain still verifies.
    position bigint PRIMARY KEY,
    facts_sealed bytea NOT NULL
);
INSERT INTO change_facts (position, facts_sealed)
SELECT position, facts_sealed FROM change WHERE facts_sealed IS NOT NULL;
ALTER TABLE change_facts ADD FOREIGN KEY (position) REFERENCES change;

ALTER TABLE change DROP COLUMN facts_sealed;
-- A column that is dropped stays in the file, and these must not outlive their time there.
CLUSTER change USING change_pkey;
