-- name: court_is_known
-- Whether a court is enrolled, or was.
SELECT true FROM court WHERE court_code = $1;

-- name: list_officers
-- Who acts at a court, and who has left. Those in office come first, so that a limit cuts off the past.
SELECT person_id, role, position, ended_position
FROM officer WHERE court_code = $1
ORDER BY ended_position IS NOT NULL, person_id, role LIMIT $2;

-- name: list_keys
-- Their keys; those that count come first.
SELECT key_id, person_id, purpose, position, ended_position
FROM officer_key WHERE court_code = $1
ORDER BY ended_position IS NOT NULL, person_id, key_id LIMIT $2;
