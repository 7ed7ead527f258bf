-- name: find_officer
-- Whether a person holds a role at a court now.
SELECT true FROM officer AS o JOIN court AS c USING (court_code)
WHERE o.person_id = $1 AND o.role = $2 AND o.court_code = $3
  AND o.ended_position IS NULL AND c.ended_position IS NULL;

-- name: find_former_officer
-- Whether a person holds a role at a court, or has held it.
SELECT true FROM officer WHERE person_id = $1 AND role = $2 AND court_code = $3;

-- name: hold_court
-- Hold a court, retired or not: its go-live day is set once, and acts on its people follow one another.
SELECT go_live_on, ended_position FROM court WHERE court_code = $1 FOR NO KEY UPDATE;

-- name: find_higher_court
-- The court that reviews the decisions of a court; it must be in office itself.
SELECT h.court_code FROM court AS c JOIN court AS h ON h.court_code = c.higher_court_code
WHERE c.court_code = $1 AND h.ended_position IS NULL;

-- name: court_officers
-- Who acts at a court now.
SELECT person_id, role FROM officer WHERE court_code = $1 AND ended_position IS NULL;

-- name: court_keys
-- The keys that count at a court now.
SELECT key_id, person_id, purpose FROM officer_key WHERE court_code = $1 AND ended_position IS NULL ORDER BY key_id;

-- name: find_key_owner
-- Whose key it is, whether it counts or not.
SELECT person_id, court_code FROM officer_key WHERE key_id = $1;

-- name: find_officer_key
-- A key with what it may be used for, and the instant of its retirement where it was retired.
SELECT k.person_id, k.court_code, k.purpose, k.algorithm, k.public_key, retirement.recorded_at AS retired_at
FROM officer_key AS k LEFT JOIN change AS retirement ON retirement.position = k.ended_position
WHERE k.key_id = $1;

-- name: key_is_known
-- Whether a key id or a public key was ever used.
SELECT EXISTS (SELECT FROM officer_key WHERE key_id = $1 OR public_key = $2);

-- name: insert_court
-- A court joins.
INSERT INTO court (court_code, name, contact, higher_court_code, position) VALUES ($1, $2, $3, $4, $5);

-- name: court_as_enrolled
-- What is on record of a court, which is held.
SELECT name, contact, higher_court_code FROM court WHERE court_code = $1;

-- name: set_higher_court
-- Which court reviews the decisions of a court from now on.
UPDATE court SET higher_court_code = $2, position = $3 WHERE court_code = $1 AND ended_position IS NULL;

-- name: return_court
-- A court that was retired is back.
UPDATE court SET name = $2, contact = $3, higher_court_code = $4, position = $5, ended_position = NULL
WHERE court_code = $1 AND ended_position IS NOT NULL;

-- name: retire_court
-- A court acts no more, and neither do its officers and their keys.
WITH officers AS (
    UPDATE officer SET ended_position = $2 WHERE court_code = $1 AND ended_position IS NULL
), keys AS (
    UPDATE officer_key SET ended_position = $2 WHERE court_code = $1 AND ended_position IS NULL
)
UPDATE court SET ended_position = $2 WHERE court_code = $1 AND ended_position IS NULL;

-- name: drop_waiting
-- What waits for a second person at a court that is retired waits for nobody who comes after: bindings (used at 0),
-- imports that no president has signed (7 ABANDONED), with what they say of persons, and rows that somebody completed.
WITH bindings AS (
    UPDATE binding_preparation SET used_position = 0 WHERE court_code = $1 AND used_position IS NULL
), imports AS (
    UPDATE import SET state = 7, stalled_error_id = NULL, stalled_until = NULL, stalled_count = 0
    WHERE court_code = $1 AND state IN (1, 2, 3, 4) RETURNING import_id
), chunks AS (
    UPDATE import_chunk SET records_sealed = NULL, papers_sealed = NULL, hashes = NULL, debtor_keys = NULL
    WHERE import_id IN (SELECT import_id FROM imports)
), samples AS (
    UPDATE import_sample SET fields_sealed = NULL WHERE import_id IN (SELECT import_id FROM imports)
)
UPDATE import_row SET completed_by = NULL, completion_sealed = NULL
WHERE import_id IN (SELECT import_id FROM import WHERE court_code = $1) AND completed_by IS NOT NULL;

-- name: keep_officer
-- A person gets a role at a court, or gets it back.
INSERT INTO officer (person_id, role, court_code, name_sealed, position) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person_id, role, court_code) DO UPDATE
SET name_sealed = excluded.name_sealed, position = excluded.position, ended_position = NULL;

-- name: retire_officer
-- A person no longer has a role at a court.
UPDATE officer SET ended_position = $4
WHERE person_id = $1 AND role = $2 AND court_code = $3 AND ended_position IS NULL;

-- name: insert_key
-- A person's public key counts at a court.
INSERT INTO officer_key (key_id, person_id, court_code, purpose, algorithm, public_key, position)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: retire_key
-- It no longer does.
UPDATE officer_key SET ended_position = $2 WHERE key_id = $1 AND ended_position IS NULL;

-- name: set_go_live
-- The day from which a court's decisions are entered one by one, once.
UPDATE court SET go_live_on = $2, position = $3 WHERE court_code = $1 AND go_live_on IS NULL;

-- name: use_signature
-- An act is done on a president's signature, unless one was before: its position, where any of these digests is known.
WITH earlier AS (
    SELECT position FROM used_signature WHERE key_id = $1 AND content_digest = ANY ($6::bytea[])
), used AS (
    INSERT INTO used_signature (key_id, content_digest, position, secret_version, hash_sealed)
    SELECT $1, $2::bytea, $3::bigint, $4::integer, $5::bytea WHERE NOT EXISTS (SELECT FROM earlier)
)
SELECT position FROM earlier;
