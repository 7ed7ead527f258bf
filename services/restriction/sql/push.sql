-- Statements of push_store.py. Unqualified names fall into the field's schema.

-- name: doubt_positions
-- An engine begins to lead: nobody can hold a number above the head of now.
UPDATE partner_position
SET unproven_above = COALESCE(unproven_above, (SELECT delivery_head FROM engine));

-- name: open_position
-- A partner's row, in a series of its own; one that is there stays.
INSERT INTO partner_position (partner_id, series) VALUES ($1, $2)
ON CONFLICT (partner_id) DO NOTHING;

-- name: read_position
-- How far one partner is.
SELECT partner_id, series, acknowledged, unproven_above FROM partner_position WHERE partner_id = $1;

-- name: write_positions
-- What partners acknowledged; nothing for one whose series is another by now.
UPDATE partner_position p
SET acknowledged = w.acknowledged, unproven_above = NULL
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS w (partner_id, series, acknowledged)
WHERE p.partner_id = w.partner_id AND p.series = w.series;

-- name: begin_series
-- Count anew for a partner whose numbers cannot be ours, unless somebody did so already.
UPDATE partner_position SET series = $3, acknowledged = 0, unproven_above = 0
WHERE partner_id = $1 AND series = $2;

-- name: read_push_targets
-- Partners of a field that have an address.
SELECT p.partner_id, p.push_address
FROM engine e JOIN partner p ON p.generation = e.generation
WHERE p.enrolled_position > p.retired_position AND $1::text = ANY (p.fields) AND p.push_address <> '';
