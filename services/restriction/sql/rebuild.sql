-- Generations: rebuilding after a restore, dropping, and verifying by a replay.

-- name: mark_rebuilding
-- From now on nothing is decided on the current generation.
UPDATE follower SET rebuilding = true
WHERE generation = (SELECT generation FROM engine);

-- name: insert_generation
-- An empty generation, to be filled with all that this release keeps.
INSERT INTO follower (generation, facts_version) SELECT $1, facts_version FROM engine;

-- name: switch_generation
-- Make a rebuilt generation the current one.
UPDATE engine SET generation = $1;

-- name: finish_generation
-- Both cursors stand where the rebuild ended; deliveries have yet to agree.
UPDATE follower
SET endings_position = position, endings_hash = hash, rebuilding = false, reconciled = false
WHERE generation = $1;

-- name: clear_pending_starts
-- Grace is noted anew from the rebuilt facts.
DELETE FROM pending_start;

-- name: read_subjects
-- The next subjects of a generation in order, for a pass over all of them.
SELECT DISTINCT subject_id FROM basis
WHERE generation = $1 AND subject_id > $2 ORDER BY subject_id LIMIT $3;

-- name: lift_vanished
-- A step "lifted" for what was delivered and is unknown to the current generation.
WITH due AS (
    SELECT s.restriction_id, s.number AS former, row_number() OVER (ORDER BY s.restriction_id) AS ordinal
    FROM delivered s
    WHERE s.live AND NOT EXISTS (
        SELECT FROM basis b WHERE b.generation = $1 AND b.basis_id = s.restriction_id
    )
), head AS (
    UPDATE engine SET delivery_head = delivery_head + (SELECT count(*) FROM due)
    RETURNING delivery_head - (SELECT count(*) FROM due) AS base
), written AS (
    INSERT INTO delivery (number, restriction_id, event, digests, items, case_number, order_number,
                          court_name, court_contact, position)
    SELECT head.base + due.ordinal, due.restriction_id, 2, '{}', 0, '', '', '', '', $2::bigint
    FROM due CROSS JOIN head
), emptied AS (
    UPDATE delivery SET digests = '{}' WHERE number = ANY (ARRAY(SELECT former FROM due))
)
UPDATE delivered SET live = false, number = head.base + due.ordinal
FROM due CROSS JOIN head WHERE delivered.restriction_id = due.restriction_id;

-- name: mark_reconciled
-- Every delivery agrees with this generation, and no other is left.
UPDATE follower SET reconciled = true WHERE generation = $1;

-- name: read_other_generations
-- Generations that are not the current one, oldest first.
SELECT generation FROM follower WHERE generation <> (SELECT generation FROM engine) ORDER BY generation;

-- name: delete_facts
-- At most $2 rows of each table of a generation; returns how many rows in all.
WITH courts AS (
    DELETE FROM court WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM court WHERE generation = $1 LIMIT $2)) RETURNING 1
), bases AS (
    DELETE FROM basis WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM basis WHERE generation = $1 LIMIT $2)) RETURNING 1
), bindings AS (
    DELETE FROM binding WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM binding WHERE generation = $1 LIMIT $2)) RETURNING 1
), digests AS (
    DELETE FROM digest WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM digest WHERE generation = $1 LIMIT $2)) RETURNING 1
), obligations AS (
    DELETE FROM obligation WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM obligation WHERE generation = $1 LIMIT $2)) RETURNING 1
), passes AS (
    DELETE FROM pass WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM pass WHERE generation = $1 LIMIT $2)) RETURNING 1
), partners AS (
    DELETE FROM partner WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM partner WHERE generation = $1 LIMIT $2)) RETURNING 1
), ratings AS (
    DELETE FROM rating WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM rating WHERE generation = $1 LIMIT $2)) RETURNING 1
), epochs AS (
    DELETE FROM epoch WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM epoch WHERE generation = $1 LIMIT $2)) RETURNING 1
), officers AS (
    DELETE FROM officer WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM officer WHERE generation = $1 LIMIT $2)) RETURNING 1
), keys AS (
    DELETE FROM officer_key WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM officer_key WHERE generation = $1 LIMIT $2)) RETURNING 1
)
SELECT (SELECT count(*) FROM courts) + (SELECT count(*) FROM bases)
     + (SELECT count(*) FROM bindings) + (SELECT count(*) FROM digests)
     + (SELECT count(*) FROM obligations) + (SELECT count(*) FROM passes)
     + (SELECT count(*) FROM partners) + (SELECT count(*) FROM ratings)
     + (SELECT count(*) FROM epochs) + (SELECT count(*) FROM officers)
     + (SELECT count(*) FROM keys);

-- name: delete_generation
-- The generation itself; its facts are deleted by themselves.
DELETE FROM follower WHERE generation = $1;

-- name: count_differences
-- Rows that two generations do not have in common, by table. Digests only of the epoch in force: those of another are
-- read beside the changes, and dropped, at a time of each generation's own. The epoch in force counts where there is a
-- digest: a generation that never read one, for all were erased before, has none.
SELECT 'court' AS kind, count(*) FROM (
    SELECT court_code, name, contact, position, retired_position FROM court WHERE generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4, 5 HAVING count(*) = 1) x
UNION ALL SELECT 'basis', count(*) FROM (
    SELECT basis_id, subject_id, obligation_id, court_code, items, ground, start_at, end_at,
           start_position, ended_at, void_from_start, ended_position, unsettled, unsettled_position,
           case_number, reference, reference_position
    FROM basis WHERE generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17 HAVING count(*) = 1) x
UNION ALL SELECT 'binding', count(*) FROM (
    SELECT document_id, subject_id, bound_position, unbound_position
    FROM binding WHERE generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4 HAVING count(*) = 1) x
UNION ALL SELECT 'digest', count(*) FROM (
    SELECT d.document_id, d.epoch, d.digest, d.live
    FROM digest d JOIN follower f ON f.generation = d.generation AND f.epoch = d.epoch
    WHERE d.generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4 HAVING count(*) = 1) x
UNION ALL SELECT 'epoch', count(*) FROM (
    SELECT epoch, opened_position, switched_position, closed_position
    FROM epoch WHERE generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4 HAVING count(*) = 1) x
UNION ALL SELECT 'epoch in force', count(*) FROM (
    SELECT f.epoch FROM follower f
    WHERE f.generation IN ($1, $2) AND EXISTS (SELECT FROM digest d WHERE d.generation = f.generation)
    GROUP BY 1 HAVING count(*) = 1) x
UNION ALL SELECT 'obligation', count(*) FROM (
    SELECT obligation_id, performed_at, performed_position, reopened_position
    FROM obligation WHERE generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4 HAVING count(*) = 1) x
UNION ALL SELECT 'pass', count(*) FROM (
    SELECT pass_id, order_id, items, start_at, end_at, granted_position, withdrawn_position
    FROM pass WHERE generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) = 1) x
UNION ALL SELECT 'partner', count(*) FROM (
    SELECT partner_id, fields, push_address, checks_per_s, checks_per_day, enrolled_position,
           retired_position
    FROM partner WHERE generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) = 1) x
UNION ALL SELECT 'rating', count(*) FROM (
    SELECT partner_id, site_code, stars, start_at, end_at, position
    FROM rating WHERE generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) = 1) x
UNION ALL SELECT 'officer', count(*) FROM (
    SELECT person_id, role, court_code, enrolled_position, retired_position
    FROM officer WHERE generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4, 5 HAVING count(*) = 1) x
UNION ALL SELECT 'officer_key', count(*) FROM (
    SELECT key_id, person_id, court_code, public_key, enrolled_position, retired_position
    FROM officer_key WHERE generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) = 1) x;
