-- How far each partner that is pushed to has applied what it was sent.

-- A row stays when its partner is retired: one that is enrolled again goes on where it was.
CREATE TABLE partner_position (
    partner_id text PRIMARY KEY,
    -- Names the life of the numbers in this partner's copy. It is made with the row, so a schema that
    -- is made anew never takes the numbers of the old one for its own.
    series text NOT NULL,
    acknowledged bigint NOT NULL DEFAULT 0,
    -- Until the partner was first heard from under the present leading engine: the last number that
    -- can have been sent by then. A partner above it was sent more by a database that was restored
    -- from an older backup since. NULL once it was heard from.
    unproven_above bigint DEFAULT 0
);
