-- One restriction service's own copy of the ledger, and its records. Unqualified names fall into the
-- schema of the field (`travel`, ...). Rows hold facts with instants, never verdicts.
--
-- Every fact belongs to a generation. After a restore of the ledger the facts are rebuilt beside the
-- old ones under the next generation, and `engine` is switched in one small transaction.

CREATE TABLE engine (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    generation integer NOT NULL,
    -- The last number of `delivery`; taken under this row's lock, so numbers have no gap.
    delivery_head bigint NOT NULL DEFAULT 0
);

CREATE TABLE follower (
    generation integer PRIMARY KEY,
    incarnation text NOT NULL DEFAULT '',
    -- The last change applied of the cursor ALL, and its hash.
    position bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
    -- The last change looked at of the cursor ENDINGS; ahead of `position` in a long queue.
    endings_position bigint NOT NULL DEFAULT 0,
    endings_hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
    -- When `position` was last known to be the ledger's head; NULL before the first time.
    as_of_at timestamptz,
    -- A restore was noticed: nothing is decided on this generation until it is replaced.
    rebuilding boolean NOT NULL DEFAULT false,
    -- False from a switch until every delivery agrees with this generation.
    reconciled boolean NOT NULL DEFAULT true
);

INSERT INTO engine (generation) VALUES (1);
INSERT INTO follower (generation) VALUES (1);

CREATE TABLE court (
    generation integer NOT NULL,
    court_code text NOT NULL,
    name text NOT NULL,
    contact text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (generation, court_code)
);

-- A row without start_position is a tombstone: its ending arrived first, by the cursor ENDINGS.
CREATE TABLE basis (
    generation integer NOT NULL,
    basis_id text NOT NULL,
    subject_id text NOT NULL,
    court_code text NOT NULL DEFAULT '',
    -- Bit n is item n of Art 3(1) Consumption Provisions.
    items integer NOT NULL DEFAULT 0,
    ground smallint,
    start_at timestamptz,
    end_at timestamptz,
    start_position bigint,
    ended_at timestamptz,
    ended_position bigint,
    unsettled boolean NOT NULL DEFAULT false,
    unsettled_position bigint NOT NULL DEFAULT 0,
    case_number text NOT NULL DEFAULT '',
    reference text NOT NULL DEFAULT '',
    reference_position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (generation, basis_id)
);
CREATE INDEX basis_by_subject ON basis (generation, subject_id);

-- A document identifies a subject while bound_position is the greater of the two.
CREATE TABLE binding (
    generation integer NOT NULL,
    document_id text NOT NULL,
    subject_id text NOT NULL,
    bound_position bigint NOT NULL DEFAULT 0,
    unbound_position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (generation, document_id, subject_id)
);
CREATE INDEX binding_by_subject ON binding (generation, subject_id);

-- `live` is kept with the facts: the document is bound to a subject with a basis that is not ended.
-- The index in memory holds exactly the digests that are live in the current generation.
CREATE TABLE digest (
    generation integer NOT NULL,
    document_id text NOT NULL,
    epoch integer NOT NULL,
    digest bytea NOT NULL,
    live boolean NOT NULL DEFAULT false,
    PRIMARY KEY (generation, document_id, epoch)
);
CREATE INDEX digest_by_value ON digest (generation, digest);

-- Witness of every ending this service has seen, in every incarnation. A restore must not un-pay
-- anybody: what the ledger has lost is reported from here. Of a document that was unbound only
-- document_id is given, of a basis that ended only basis_id.
CREATE TABLE seen_ending (
    hash bytea NOT NULL,
    basis_id text NOT NULL,
    document_id text NOT NULL,
    measure smallint,
    subject_id text NOT NULL,
    incarnation text NOT NULL,
    position bigint NOT NULL,
    -- The generation in which it was first seen: orders the positions of two incarnations.
    generation integer NOT NULL,
    PRIMARY KEY (hash, basis_id, document_id),
    CHECK ((basis_id = '') = (measure IS NULL) AND (basis_id = '') <> (document_id = ''))
);
CREATE INDEX seen_ending_by_age
    ON seen_ending (generation DESC, position DESC, basis_id DESC, document_id DESC);
CREATE INDEX seen_ending_by_basis ON seen_ending (basis_id);
CREATE INDEX seen_ending_by_document ON seen_ending (document_id) WHERE document_id <> '';

-- Every refusal, committed before its reply. It names nobody.
CREATE TABLE refusal (
    decision_id uuid PRIMARY KEY,
    decided_at timestamptz NOT NULL,
    basis_ids text[] NOT NULL,
    articles text[] NOT NULL,
    digest bytea NOT NULL,
    product text NOT NULL,
    as_of_incarnation text NOT NULL,
    as_of_position bigint NOT NULL
);

-- What partners pull: one row for each step of a restriction's life, numbered without a gap.
CREATE TABLE delivery (
    number bigint PRIMARY KEY,
    restriction_id text NOT NULL,
    event smallint NOT NULL,
    digests bytea[] NOT NULL,
    items integer NOT NULL,
    start_at timestamptz,
    end_at timestamptz,
    case_number text NOT NULL,
    order_number text NOT NULL,
    court_name text NOT NULL,
    court_contact text NOT NULL,
    position bigint NOT NULL
);

-- What partners hold of a restriction once they have read every delivery.
CREATE TABLE delivered (
    restriction_id text PRIMARY KEY,
    number bigint NOT NULL,
    live boolean NOT NULL,
    content text NOT NULL
);

-- Restrictions that wait for their grace to end. Until then no partner is sent them.
CREATE TABLE pending_start (
    basis_id text PRIMARY KEY,
    start_at timestamptz NOT NULL
);
CREATE INDEX pending_start_by_time ON pending_start (start_at);
