-- Who does what a change of keys and time leave to do.

-- name: try_to_keep
-- The session lock that one process holds.
SELECT pg_try_advisory_lock(hashtextextended('registry.keeping', 0));

-- name: still_keeps
-- Whether this session still stands: its lock ends with it.
SELECT 1;

-- name: stop_keeping
-- Let the next one begin.
SELECT pg_advisory_unlock(hashtextextended('registry.keeping', 0));
