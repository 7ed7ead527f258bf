-- Who may ask, for what and how much.
--
-- The ledger still holds what earlier releases passed over of partners and people: generations that were
-- read without it are rebuilt from position 0 when an engine next leads.

ALTER TABLE engine ALTER COLUMN facts_version SET DEFAULT 3;
UPDATE engine SET facts_version = 3;
-- Where nothing was read nothing is missing.
UPDATE follower SET facts_version = 3 WHERE position = 0 AND endings_position = 0;

-- How much a partner may ask; 0 for the field's own default.
ALTER TABLE partner
    ADD COLUMN checks_per_s integer NOT NULL DEFAULT 0,
    ADD COLUMN checks_per_day bigint NOT NULL DEFAULT 0;

-- Every check that found something, and what was answered. It names nobody. A refusal's row is committed
-- before its reply; rows of an earlier release are refusals, and do not say who asked.
ALTER TABLE refusal RENAME TO query_log;
ALTER TABLE query_log
    ADD COLUMN partner_id text NOT NULL DEFAULT '',
    ADD COLUMN purpose text NOT NULL DEFAULT '',
    -- 1 CLEAR, 2 RESTRICTED, 3 UNDETERMINED; 0 where a court told the person concerned.
    ADD COLUMN answer smallint NOT NULL DEFAULT 2,
    ADD COLUMN reason smallint NOT NULL DEFAULT 0,
    -- Who at the court told the person concerned, and where that is filed; else empty.
    ADD COLUMN person_id text NOT NULL DEFAULT '',
    ADD COLUMN reference text NOT NULL DEFAULT '';
CREATE INDEX query_of_document ON query_log (digest, decided_at DESC);
CREATE INDEX query_by_time ON query_log (decided_at, decision_id);

-- How often each partner asked; kept longer than the log, for it is about nobody.
CREATE TABLE query_count (
    day date NOT NULL,
    partner_id text NOT NULL,
    purpose text NOT NULL,
    answer smallint NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (day, partner_id, purpose, answer)
);

-- The courts' people, who ask who asked: a role is held while enrolled_position is the greatest of its own
-- two and its court's retired_position; so with keys. Names are not kept.
ALTER TABLE court ADD COLUMN retired_position bigint NOT NULL DEFAULT 0;
CREATE TABLE officer (
    generation integer NOT NULL,
    person_id text NOT NULL,
    role smallint NOT NULL,
    court_code text NOT NULL,
    enrolled_position bigint NOT NULL DEFAULT 0,
    retired_position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (generation, person_id, role, court_code)
);

-- Keys (Ed25519) with which people say that they act. A row without enrolled_position is a tombstone.
CREATE TABLE officer_key (
    generation integer NOT NULL,
    key_id text NOT NULL,
    person_id text NOT NULL DEFAULT '',
    court_code text NOT NULL DEFAULT '',
    public_key bytea NOT NULL DEFAULT '',
    enrolled_position bigint NOT NULL DEFAULT 0,
    retired_position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (generation, key_id)
);

-- Assertions that were used here. Past `expires_at` they are refused as expired, and the row can go.
CREATE TABLE assertion_nonce (
    person_id text NOT NULL,
    nonce bytea NOT NULL CHECK (octet_length(nonce) = 16),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (person_id, nonce)
);
CREATE INDEX assertion_nonce_expires ON assertion_nonce (expires_at);
