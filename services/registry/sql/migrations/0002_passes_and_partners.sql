-- Passes from orders, the partners who ask and the ratings of their sites, and the day on which a court goes
-- live.

CREATE TABLE pass (
    pass_id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES consumption_order,
    items smallint[] NOT NULL CHECK (cardinality(items) > 0),
    first_on date NOT NULL,
    last_on date NOT NULL,
    -- The same days as instants: followers and gates compare these.
    start_at timestamptz NOT NULL,
    end_at timestamptz NOT NULL,
    cause smallint NOT NULL,
    decision_number text NOT NULL,
    withdrawn_position bigint,
    position bigint NOT NULL,
    CONSTRAINT pass_has_its_days CHECK (first_on <= last_on AND start_at < end_at)
);
CREATE INDEX pass_of_order ON pass (order_id) WHERE withdrawn_position IS NULL;

CREATE TABLE partner (
    -- Who asks. A partner that was retired and is enrolled again keeps its ratings.
    partner_id text PRIMARY KEY,
    name text NOT NULL,
    fields text[] NOT NULL CHECK (cardinality(fields) > 0),
    push_address text NOT NULL,
    retired_position bigint,
    position bigint NOT NULL
);

CREATE TABLE rating (
    -- One official rating for some days. Nothing is replaced: of two that cover a day the later record counts.
    position bigint PRIMARY KEY,
    partner_id text NOT NULL REFERENCES partner,
    site_code text NOT NULL,
    stars smallint NOT NULL CHECK (stars BETWEEN 0 AND 5),
    first_on date NOT NULL,
    last_on date NOT NULL,
    CONSTRAINT rating_has_its_days CHECK (first_on <= last_on)
);
CREATE INDEX rating_of_partner ON rating (partner_id, position DESC);

-- The first day on which the court's decisions are entered one by one; nothing decided on it or later is
-- imported. Set once.
ALTER TABLE court ADD COLUMN go_live_on date;

-- A court's open tasks, oldest first.
CREATE INDEX task_open_of_court ON task (court_code, opened_position, task_id) WHERE closed_position IS NULL;

-- A subject's orders, ended or not: what is confirmed with its endings, and the last order that has ended.
CREATE INDEX order_of_subject ON consumption_order (subject_id);
