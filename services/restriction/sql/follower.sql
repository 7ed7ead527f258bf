-- Where the follower stands, and which engine leads. Unqualified names fall into the field's schema.

-- name: read_follower
-- The current generation with both of its cursors.
SELECT f.generation, f.incarnation, f.position, f.hash, f.endings_position, f.endings_hash,
       f.as_of_at, f.rebuilding, f.reconciled, f.epoch, f.facts_version < e.facts_version AS outdated
FROM engine e JOIN follower f ON f.generation = e.generation;

-- name: read_generation
-- One generation with both of its cursors; no row when it does not exist.
SELECT f.generation, f.incarnation, f.position, f.hash, f.endings_position, f.endings_hash,
       f.as_of_at, f.rebuilding, f.reconciled, f.epoch, f.facts_version < e.facts_version AS outdated
FROM engine e CROSS JOIN follower f WHERE f.generation = $1;

-- name: lock_engine
-- The one lock of all who apply, deliver or switch; taken first. What follows in the transaction is planned for the
-- tables as large as they are: a plan kept from when they were empty was seen to read all of a generation for each row.
SELECT generation, set_config('plan_cache_mode', 'force_custom_plan', true) FROM engine FOR UPDATE;

-- name: lock_follower
-- A generation's cursors, held until the transaction ends.
SELECT f.generation, f.incarnation, f.position, f.hash, f.endings_position, f.endings_hash,
       f.as_of_at, f.rebuilding, f.reconciled, f.epoch, f.facts_version < e.facts_version AS outdated
FROM engine e CROSS JOIN follower f WHERE f.generation = $1 FOR UPDATE OF f;

-- name: advance_all
-- Move the cursor ALL; as_of_at only when the position is known to be the head.
UPDATE follower
SET incarnation = $2, position = $3, hash = $4, as_of_at = COALESCE($5, as_of_at)
WHERE generation = $1;

-- name: advance_endings
-- Move the cursor ENDINGS.
UPDATE follower SET incarnation = $2, endings_position = $3, endings_hash = $4 WHERE generation = $1;

-- name: note_heartbeat
-- The ledger's head is still the position we hold: only the time moves. No row when we stand elsewhere.
UPDATE follower SET as_of_at = GREATEST(as_of_at, $3) WHERE generation = $1 AND position = $2
RETURNING generation;

-- name: try_lead
-- The session lock that only one engine of a field holds.
SELECT pg_try_advisory_lock(hashtextextended('restriction.engine:' || current_schema(), 0));

-- name: still_lead
-- Whether this session still stands: an answer is enough, a session's lock ends with it.
SELECT 1;
