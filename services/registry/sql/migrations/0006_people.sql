-- Who acts: offices and keys with a beginning and an end, what an assertion has used up, and bindings that wait
-- for a second person.

-- `position` is the beginning, `ended_position` the end; who comes back has one row, from the last beginning on. The
-- ledger has them all.
ALTER TABLE officer ADD COLUMN ended_position bigint;
CREATE INDEX officer_of_court ON officer (court_code, person_id, role);

ALTER TABLE court
    -- The court that reviews its decisions; null when it is not on record.
    ADD COLUMN higher_court_code text REFERENCES court,
    ADD COLUMN ended_position bigint,
    ADD CONSTRAINT court_is_reviewed_by_another CHECK (higher_court_code <> court_code);

CREATE TABLE officer_key (
    key_id text PRIMARY KEY,
    person_id text NOT NULL,
    court_code text NOT NULL REFERENCES court,
    -- 1 ASSERT, 2 SIGN
    purpose smallint NOT NULL CHECK (purpose IN (1, 2)),
    algorithm text NOT NULL,
    public_key bytea NOT NULL,
    position bigint NOT NULL,
    ended_position bigint,
    -- Under two names one hand would be two people, and an assertion could be a decision's signature.
    CONSTRAINT officer_key_is_ones_own UNIQUE (public_key)
);
CREATE INDEX officer_key_of_person ON officer_key (court_code, person_id);

CREATE TABLE assertion_nonce (
    -- Assertions that were used. Past `expires_at` they are refused as expired, and the row can go.
    person_id text NOT NULL,
    nonce bytea NOT NULL CHECK (octet_length(nonce) = 16),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (person_id, nonce)
);
CREATE INDEX assertion_nonce_expires ON assertion_nonce (expires_at);

CREATE TABLE binding_preparation (
    -- One person has looked at the evidence; another binds. `binding_sealed` holds document and evidence.
    preparation_id uuid PRIMARY KEY,
    subject_id uuid NOT NULL REFERENCES subject,
    binding_sealed bytea NOT NULL,
    prepared_by text NOT NULL,
    court_code text NOT NULL REFERENCES court,
    prepared_at timestamptz NOT NULL,
    used_position bigint
);

-- A decision grants a pass once: of an order's passes, also those that were withdrawn, by the decision.
CREATE INDEX pass_of_decision ON pass (order_id, decision_number);
