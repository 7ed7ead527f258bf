-- Performances, passes, kinds of endings, partners and ratings, which 0001 passed over.
--
-- The ledger still holds them: generations that were read without them are rebuilt from position 0
-- when an engine next leads, and nothing is decided on them meanwhile.

-- What the generation of a release keeps; a later migration that keeps more raises the number.
ALTER TABLE engine ADD COLUMN facts_version integer NOT NULL DEFAULT 2;
-- Below the engine's: read by a release that kept less. A process of that release which still runs
-- writes 1, without knowing it.
ALTER TABLE follower ADD COLUMN facts_version integer NOT NULL DEFAULT 1;
-- Where nothing was read nothing is missing.
UPDATE follower SET facts_version = 2 WHERE position = 0 AND endings_position = 0;

ALTER TABLE basis
    ADD COLUMN obligation_id text NOT NULL DEFAULT '',
    -- The ending was a revocation (LP Art 9).
    ADD COLUMN void_from_start boolean NOT NULL DEFAULT false;
-- Listings only: partners are told when what a listing rests on is performed.
CREATE INDEX listing_by_obligation ON basis (generation, obligation_id) WHERE ground IS NOT NULL;

-- An obligation is performed while performed_position is the greater of the two. Only those that once
-- were have a row.
CREATE TABLE obligation (
    generation integer NOT NULL,
    obligation_id text NOT NULL,
    performed_at timestamptz,
    performed_position bigint NOT NULL DEFAULT 0,
    reopened_position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (generation, obligation_id)
);

-- A pass frees items while it is granted and not withdrawn. A row without granted_position is a
-- tombstone: its withdrawal arrived first.
CREATE TABLE pass (
    generation integer NOT NULL,
    pass_id text NOT NULL,
    order_id text NOT NULL,
    -- Bit n is item n of Art 3(1) Consumption Provisions.
    items integer NOT NULL DEFAULT 0,
    start_at timestamptz,
    end_at timestamptz,
    granted_position bigint,
    withdrawn_position bigint,
    PRIMARY KEY (generation, pass_id)
);
CREATE INDEX pass_by_order ON pass (generation, order_id);

-- A partner is enrolled while enrolled_position is the greater of the two; its fields and address are
-- those of the latest enrolment.
CREATE TABLE partner (
    generation integer NOT NULL,
    partner_id text NOT NULL,
    fields text[] NOT NULL DEFAULT '{}',
    -- host:port of its PartnerService; empty for a partner that pulls.
    push_address text NOT NULL DEFAULT '',
    enrolled_position bigint NOT NULL DEFAULT 0,
    retired_position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (generation, partner_id)
);

-- Every rating of a partner's site; the one with the greatest position among those that cover a day
-- holds on it.
CREATE TABLE rating (
    generation integer NOT NULL,
    partner_id text NOT NULL,
    site_code text NOT NULL,
    position bigint NOT NULL,
    stars smallint NOT NULL,
    start_at timestamptz NOT NULL,
    end_at timestamptz NOT NULL,
    PRIMARY KEY (generation, partner_id, site_code, position)
);

-- What partners are told of listings; NULL for orders.
ALTER TABLE delivery
    ADD COLUMN ground smallint,
    ADD COLUMN performed_at timestamptz;

-- How a delivered listing ended; NULL and false while it is live, and for orders.
ALTER TABLE delivered
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN void_from_start boolean NOT NULL DEFAULT false;
