-- The registry's own schema. Everything legal is written here and nowhere else, in the transaction that
-- also appends the change; followers keep copies that can be rebuilt from `change` alone.
--
-- Personal text (names, numbers, conduct, reasons) is in *_sealed columns: AES-256-GCM, key id inside.

CREATE TABLE ledger_head (
    -- One row. Whoever holds its lock appends next, so positions are gapless and in commit order.
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    incarnation uuid NOT NULL,
    position bigint NOT NULL CHECK (position >= 0),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);

CREATE TABLE change (
    position bigint PRIMARY KEY CHECK (position > 0),
    incarnation uuid NOT NULL,
    act smallint NOT NULL,
    ends boolean NOT NULL,
    recorded_at timestamptz NOT NULL,
    body bytea NOT NULL,
    previous_hash bytea NOT NULL CHECK (octet_length(previous_hash) = 32),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    -- Salt and facts behind the body's commitment. Erased after their time; the chain still verifies.
    facts_sealed bytea
);
CREATE INDEX change_ending ON change (position) WHERE ends;
-- Act 15 is OPEN_INCARNATION: whether a position of an older incarnation was kept by the restore.
CREATE INDEX change_opening ON change (position) WHERE act = 15;

CREATE TABLE request (
    -- Kept for the life of the record: a clerk's retry next year still gets the first answer.
    request_id text PRIMARY KEY,
    fingerprint bytea NOT NULL,
    reply_sealed bytea,
    position bigint
);

CREATE TABLE court (
    court_code text PRIMARY KEY,
    name text NOT NULL,
    contact text NOT NULL,
    position bigint NOT NULL
);

CREATE TABLE officer (
    person_id text NOT NULL,
    role smallint NOT NULL,
    court_code text NOT NULL REFERENCES court,
    name_sealed bytea NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (person_id, role, court_code)
);

CREATE TABLE subject (
    subject_id uuid PRIMARY KEY,
    kind smallint NOT NULL,
    facts_sealed bytea NOT NULL,
    position bigint NOT NULL
);

CREATE TABLE document (
    document_id uuid PRIMARY KEY,
    subject_id uuid NOT NULL REFERENCES subject,
    kind text NOT NULL,
    issuing_state text NOT NULL,
    number_sealed bytea NOT NULL,
    bound_position bigint NOT NULL,
    unbound_position bigint
);
CREATE INDEX document_of_subject ON document (subject_id);

CREATE TABLE document_digest (
    -- Only bound documents have digests; the key makes it impossible for one document to be two subjects'.
    epoch integer NOT NULL,
    digest bytea NOT NULL CHECK (octet_length(digest) = 16),
    document_id uuid NOT NULL REFERENCES document,
    CONSTRAINT document_digest_is_one_subjects PRIMARY KEY (epoch, digest)
);
CREATE INDEX document_digest_of_document ON document_digest (document_id);

CREATE TABLE obligation (
    obligation_id uuid PRIMARY KEY,
    kind smallint NOT NULL,
    principal_fen bigint,
    terms_sealed bytea NOT NULL,
    performed_position bigint,
    position bigint NOT NULL
);

CREATE TABLE obligation_case (
    case_number text PRIMARY KEY,
    obligation_id uuid NOT NULL REFERENCES obligation,
    court_code text NOT NULL REFERENCES court,
    raw text NOT NULL,
    filed_on date NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX obligation_case_of_obligation ON obligation_case (obligation_id);

CREATE TABLE obligation_debtor (
    obligation_id uuid NOT NULL REFERENCES obligation,
    subject_id uuid NOT NULL REFERENCES subject,
    position bigint NOT NULL,
    PRIMARY KEY (obligation_id, subject_id)
);

CREATE TABLE listing (
    listing_id uuid PRIMARY KEY,
    subject_id uuid NOT NULL REFERENCES subject,
    obligation_id uuid NOT NULL REFERENCES obligation,
    court_code text NOT NULL REFERENCES court,
    case_number text NOT NULL REFERENCES obligation_case,
    case_number_raw text NOT NULL,
    decision_number text NOT NULL,
    decided_on date NOT NULL,
    ground smallint NOT NULL CHECK (ground BETWEEN 1 AND 6),
    start_at timestamptz NOT NULL,
    term_end_at timestamptz,
    text_sealed bytea NOT NULL,
    ended_at timestamptz,
    ended_kind smallint,
    ended_cause smallint,
    entered_position bigint NOT NULL,
    position bigint NOT NULL,
    -- LP Art 2(1): ground 1 has no term, the others always have one.
    CONSTRAINT listing_term_fits_ground CHECK ((ground = 1) = (term_end_at IS NULL)),
    CONSTRAINT listing_ends_whole CHECK (num_nulls(ended_at, ended_kind, ended_cause) IN (0, 3))
);
CREATE UNIQUE INDEX listing_once_per_obligation
    ON listing (subject_id, obligation_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX listing_once_per_case
    ON listing (subject_id, case_number) WHERE ended_at IS NULL;
CREATE INDEX listing_of_obligation ON listing (obligation_id) WHERE ended_at IS NULL;
CREATE INDEX listing_of_court ON listing (court_code, entered_position DESC);
CREATE INDEX listing_of_subject ON listing (subject_id);
CREATE INDEX listing_of_case ON listing (case_number);

CREATE TABLE consumption_order (
    order_id uuid PRIMARY KEY,
    subject_id uuid NOT NULL REFERENCES subject,
    obligation_id uuid NOT NULL REFERENCES obligation,
    court_code text NOT NULL REFERENCES court,
    case_number text NOT NULL REFERENCES obligation_case,
    listing_id uuid REFERENCES listing,
    order_number text NOT NULL,
    decided_on date NOT NULL,
    items smallint[] NOT NULL CHECK (cardinality(items) > 0),
    start_at timestamptz NOT NULL,
    period_end_at timestamptz,
    review_at timestamptz,
    text_sealed bytea NOT NULL,
    ended_at timestamptz,
    ended_kind smallint,
    ended_cause smallint,
    position bigint NOT NULL,
    -- CP Art 5: no open-ended order without a review date.
    CONSTRAINT order_has_end_or_review CHECK (period_end_at IS NOT NULL OR review_at IS NOT NULL),
    CONSTRAINT order_ends_whole CHECK (num_nulls(ended_at, ended_kind, ended_cause) IN (0, 3))
);
CREATE UNIQUE INDEX order_once_per_obligation
    ON consumption_order (subject_id, obligation_id, court_code) WHERE ended_at IS NULL;
CREATE INDEX order_of_obligation ON consumption_order (obligation_id) WHERE ended_at IS NULL;
CREATE INDEX order_of_listing ON consumption_order (listing_id);

CREATE TABLE statement (
    statement_id uuid PRIMARY KEY,
    obligation_id uuid NOT NULL REFERENCES obligation,
    sum_fen bigint NOT NULL CHECK (sum_fen > 0),
    good_until date NOT NULL,
    payee_sealed bytea NOT NULL,
    position bigint NOT NULL
);
CREATE INDEX statement_of_obligation ON statement (obligation_id);

CREATE TABLE repayment (
    repayment_id uuid PRIMARY KEY,
    obligation_id uuid NOT NULL REFERENCES obligation,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    paid_on date NOT NULL,
    receipt_number text NOT NULL,
    statement_id uuid REFERENCES statement,
    reversed_position bigint,
    position bigint NOT NULL
);
CREATE UNIQUE INDEX repayment_receipt_once
    ON repayment (obligation_id, receipt_number) WHERE reversed_position IS NULL;

CREATE TABLE task (
    task_id uuid PRIMARY KEY,
    kind smallint NOT NULL,
    court_code text NOT NULL REFERENCES court,
    basis_id uuid,
    obligation_id uuid,
    opened_position bigint NOT NULL,
    closed_position bigint
);
CREATE INDEX task_open_on_basis ON task (basis_id) WHERE closed_position IS NULL;
CREATE INDEX task_open_on_obligation ON task (obligation_id) WHERE closed_position IS NULL;

CREATE TABLE follower (
    -- Readers of the ledger. While one is awaited after a restore, nobody is refused (design: restores).
    follower text PRIMARY KEY,
    incarnation uuid,
    position bigint NOT NULL,
    seen_at timestamptz NOT NULL,
    awaited boolean NOT NULL DEFAULT false
);

CREATE TABLE unsettled_ending (
    -- Endings that a follower saw and a restore lost: nobody is refused on the basis until a judge decides.
    basis_id uuid PRIMARY KEY,
    measure smallint NOT NULL,
    subject_id uuid NOT NULL,
    court_code text NOT NULL,
    case_number text NOT NULL,
    reported_by text NOT NULL,
    lost_incarnation uuid NOT NULL,
    lost_position bigint NOT NULL,
    task_id uuid NOT NULL,
    position bigint NOT NULL,
    settled_position bigint
);
CREATE INDEX unsettled_ending_open ON unsettled_ending (court_code, basis_id) WHERE settled_position IS NULL;

INSERT INTO ledger_head (incarnation, position, hash)
VALUES (gen_random_uuid(), 0, decode(repeat('00', 32), 'hex'));
