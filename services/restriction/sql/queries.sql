-- Statements of postgres_store.py. Unqualified names fall into the field's schema.

-- ------------------------------------------------------------------------------ where we are

-- name: read_follower
-- The current generation with both of its cursors.
SELECT f.generation, f.incarnation, f.position, f.hash, f.endings_position, f.endings_hash,
       f.as_of_at, f.rebuilding, f.reconciled
FROM engine e JOIN follower f ON f.generation = e.generation;

-- name: read_generation
-- One generation with both of its cursors; no row when it does not exist.
SELECT generation, incarnation, position, hash, endings_position, endings_hash,
       as_of_at, rebuilding, reconciled
FROM follower WHERE generation = $1;

-- name: lock_engine
-- The one lock of all who apply, deliver or switch; taken first.
SELECT generation FROM engine FOR UPDATE;

-- name: lock_follower
-- A generation's cursors, held until the transaction ends.
SELECT generation, incarnation, position, hash, endings_position, endings_hash,
       as_of_at, rebuilding, reconciled
FROM follower WHERE generation = $1 FOR UPDATE;

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

-- --------------------------------------------------------------------------- what is applied

-- name: upsert_courts
-- Names and contacts of courts; an older effect never undoes a newer.
INSERT INTO court (generation, court_code, name, contact, position)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[])
ON CONFLICT (generation, court_code) DO UPDATE
SET name = EXCLUDED.name, contact = EXCLUDED.contact, position = EXCLUDED.position
WHERE court.position < EXCLUDED.position;

-- name: upsert_bindings
-- Documents bound (bound_position) or unbound (unbound_position); each keeps its latest position.
INSERT INTO binding (generation, document_id, subject_id, bound_position, unbound_position)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[])
ON CONFLICT (generation, document_id, subject_id) DO UPDATE
SET bound_position = GREATEST(binding.bound_position, EXCLUDED.bound_position),
    unbound_position = GREATEST(binding.unbound_position, EXCLUDED.unbound_position);

-- name: upsert_digests
-- Digests of documents by epoch.
INSERT INTO digest (generation, document_id, epoch, digest)
SELECT $1, * FROM unnest($2::text[], $3::integer[], $4::bytea[])
ON CONFLICT (generation, document_id, epoch) DO NOTHING;

-- name: upsert_starts
-- Bases that begin; fills a tombstone whose ending came first and leaves its ending as it is.
INSERT INTO basis (generation, basis_id, subject_id, court_code, items, ground,
                   start_at, end_at, start_position)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::integer[], $6::smallint[],
                         $7::timestamptz[], $8::timestamptz[], $9::bigint[])
ON CONFLICT (generation, basis_id) DO UPDATE
SET subject_id = EXCLUDED.subject_id, court_code = EXCLUDED.court_code, items = EXCLUDED.items,
    ground = EXCLUDED.ground, start_at = EXCLUDED.start_at, end_at = EXCLUDED.end_at,
    start_position = EXCLUDED.start_position
WHERE basis.start_position IS NULL;

-- name: upsert_endings
-- Bases that end, or their tombstones when the start has not arrived yet; the first ending stays.
INSERT INTO basis (generation, basis_id, subject_id, ended_at, ended_position)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::bigint[])
ON CONFLICT (generation, basis_id) DO UPDATE
SET ended_at = EXCLUDED.ended_at, ended_position = EXCLUDED.ended_position
WHERE basis.ended_position IS NULL OR basis.ended_position > EXCLUDED.ended_position;

-- name: upsert_unsettled
-- Bases whose ending a restore lost, or that a judge lets stand again; the latest position wins.
INSERT INTO basis (generation, basis_id, subject_id, unsettled, unsettled_position)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::boolean[], $5::bigint[])
ON CONFLICT (generation, basis_id) DO UPDATE
SET unsettled = EXCLUDED.unsettled, unsettled_position = EXCLUDED.unsettled_position
WHERE basis.unsettled_position < EXCLUDED.unsettled_position;

-- name: update_references
-- Case numbers and references, as read with the change at that position.
UPDATE basis
SET case_number = r.case_number, reference = r.reference, reference_position = r.position
FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[])
     AS r (basis_id, case_number, reference, position)
WHERE basis.generation = $1 AND basis.basis_id = r.basis_id
  AND basis.reference_position <= r.position;

-- name: insert_seen_endings
-- Witness of endings, of either measure, and of unbindings.
INSERT INTO seen_ending (generation, hash, basis_id, document_id, measure, subject_id, incarnation, position)
SELECT $1::integer, * FROM unnest($2::bytea[], $3::text[], $4::text[], $5::smallint[], $6::text[],
                                  $7::text[], $8::bigint[])
ON CONFLICT (hash, basis_id, document_id) DO NOTHING;

-- name: refresh_live
-- Set `live` on the digests of the documents of some subjects; returns exactly those that changed.
WITH touched AS (
    SELECT DISTINCT document_id FROM binding WHERE generation = $1 AND subject_id = ANY ($2::text[])
), wanted AS (
    SELECT t.document_id, EXISTS (
        SELECT FROM binding bd
        JOIN basis b ON b.generation = bd.generation AND b.subject_id = bd.subject_id
        WHERE bd.generation = $1 AND bd.document_id = t.document_id
          AND bd.bound_position > bd.unbound_position
          AND b.start_position IS NOT NULL AND b.ended_position IS NULL
    ) AS live
    FROM touched t
)
UPDATE digest SET live = w.live
FROM wanted w
WHERE digest.generation = $1 AND digest.document_id = w.document_id
  AND digest.live IS DISTINCT FROM w.live
RETURNING digest.digest, digest.live;

-- name: delete_unbound_digests
-- Forget the digests of those of some documents that are bound to nobody any more. The registry has
-- forgotten them, too: a replay would not bring them, and the number may be an innocent person's.
DELETE FROM digest
WHERE generation = $1 AND document_id = ANY ($2::text[]) AND NOT EXISTS (
    SELECT FROM binding bd
    WHERE bd.generation = digest.generation AND bd.document_id = digest.document_id
      AND bd.bound_position > bd.unbound_position
);

-- -------------------------------------------------------------------------------- what is read

-- name: read_facts
-- Everything known of the subjects behind some digests, with the cursors, in one snapshot. Always
-- at least one row; `basis_id` is NULL when nothing is known. A subject is doubted when it was found by
-- a document that we saw unbound and of whose unbinding this generation knows nothing.
SELECT f.generation, f.incarnation, f.position, f.hash, f.endings_position, f.endings_hash,
       f.as_of_at, f.rebuilding,
       b.basis_id, b.subject_id, b.court_code, b.items, b.ground, b.start_at, b.end_at,
       b.ended_position IS NOT NULL AS ended, b.case_number, b.reference,
       COALESCE(c.name, '') AS court_name, COALESCE(c.contact, '') AS court_contact,
       b.unsettled OR (
           b.ended_position IS NULL AND b.unsettled_position = 0
           AND EXISTS (SELECT FROM seen_ending s WHERE s.basis_id = b.basis_id)
       ) OR (
           b.ended_position IS NULL AND b.unsettled_position = 0 AND s.doubted
       ) AS unsettled
FROM engine e
JOIN follower f ON f.generation = e.generation
LEFT JOIN (
    SELECT bd.generation, bd.subject_id,
           bool_or(bd.unbound_position = 0 AND EXISTS (
               SELECT FROM seen_ending u
               WHERE u.document_id = bd.document_id AND u.document_id <> ''
           )) AS doubted
    FROM digest dg
    JOIN binding bd ON bd.generation = dg.generation AND bd.document_id = dg.document_id
    WHERE dg.generation = (SELECT generation FROM engine) AND dg.digest = ANY ($1::bytea[])
      AND bd.bound_position > bd.unbound_position
    GROUP BY bd.generation, bd.subject_id
) s ON s.generation = e.generation
LEFT JOIN basis b ON b.generation = s.generation AND b.subject_id = s.subject_id
                 AND b.start_position IS NOT NULL
LEFT JOIN court c ON c.generation = b.generation AND c.court_code = b.court_code;

-- name: read_live_digests
-- The content of the index, for the current generation.
SELECT digest FROM digest WHERE generation = (SELECT generation FROM engine) AND live;

-- name: read_seen_endings
-- Endings witnessed, newest first, after the one given by generation, position, basis and document.
SELECT hash, basis_id, document_id, measure, subject_id, incarnation, position, generation
FROM seen_ending
WHERE (generation, position, basis_id, document_id) < ($1::integer, $2::bigint, $3::text, $4::text)
ORDER BY generation DESC, position DESC, basis_id DESC, document_id DESC
LIMIT $5;

-- name: read_lost_endings
-- Endings witnessed that the current generation does not hold: the list for the judge. It names
-- bases and courts, nobody's identity.
SELECT s.basis_id, s.incarnation, s.position, COALESCE(b.court_code, '') AS court_code
FROM seen_ending s
JOIN basis b ON b.generation = (SELECT generation FROM engine) AND b.basis_id = s.basis_id
WHERE b.ended_position IS NULL AND (b.unsettled OR b.unsettled_position = 0)
ORDER BY s.generation, s.position, s.basis_id;

-- name: insert_refusals
-- Records of refusals; the same record again changes nothing.
INSERT INTO refusal (decision_id, decided_at, basis_ids, articles, digest, product,
                     as_of_incarnation, as_of_position)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (decision_id) DO NOTHING;

-- -------------------------------------------------------------------------- what partners pull

-- name: deliver
-- Number one step for each restriction of some subjects that differs from what was delivered.
WITH wanted AS (
    SELECT b.basis_id, b.items, b.start_at, b.end_at, b.case_number, b.reference,
           COALESCE(c.name, '') AS court_name, COALESCE(c.contact, '') AS court_contact,
           COALESCE(d.digests, '{}') AS digests,
           COALESCE(b.start_position IS NOT NULL AND b.ended_position IS NULL AND NOT b.unsettled
               AND b.start_at <= $3 AND (b.end_at IS NULL OR b.end_at > $3), false) AS live,
           GREATEST(b.start_position, b.ended_position, b.unsettled_position,
                    b.reference_position, d.position) AS position
    FROM basis b
    LEFT JOIN court c ON c.generation = b.generation AND c.court_code = b.court_code
    LEFT JOIN LATERAL (
        SELECT array_agg(dg.digest ORDER BY dg.epoch, dg.digest)
                   FILTER (WHERE bd.bound_position > bd.unbound_position
                             AND dg.digest IS NOT NULL) AS digests,
               max(GREATEST(bd.bound_position, bd.unbound_position)) AS position
        FROM binding bd
        LEFT JOIN digest dg ON dg.generation = bd.generation AND dg.document_id = bd.document_id
        WHERE bd.generation = b.generation AND bd.subject_id = b.subject_id
    ) d ON true
    WHERE b.generation = $1 AND b.subject_id = ANY ($2::text[])
), hashed AS (
    SELECT w.*, md5(ROW (w.digests, w.items, w.start_at, w.end_at, w.case_number, w.reference,
                         w.court_name, w.court_contact)::text) AS content
    FROM wanted w
), due AS (
    SELECT h.*, row_number() OVER (ORDER BY h.live, h.position, h.basis_id) AS ordinal
    FROM hashed h
    LEFT JOIN delivered s ON s.restriction_id = h.basis_id
    WHERE (h.live AND (s.live IS NOT TRUE OR s.content <> h.content)) OR (NOT h.live AND s.live)
), head AS (
    UPDATE engine SET delivery_head = delivery_head + (SELECT count(*) FROM due)
    RETURNING delivery_head - (SELECT count(*) FROM due) AS base
), written AS (
    INSERT INTO delivery (number, restriction_id, event, digests, items, start_at, end_at,
                          case_number, order_number, court_name, court_contact, position)
    SELECT head.base + due.ordinal, due.basis_id, CASE WHEN due.live THEN 1 ELSE 2 END,
           CASE WHEN due.live THEN due.digests ELSE '{}' END, due.items, due.start_at, due.end_at,
           due.case_number, due.reference, due.court_name, due.court_contact, due.position
    FROM due CROSS JOIN head
)
INSERT INTO delivered (restriction_id, number, live, content)
SELECT due.basis_id, head.base + due.ordinal, due.live, due.content FROM due CROSS JOIN head
ON CONFLICT (restriction_id) DO UPDATE
SET number = EXCLUDED.number, live = EXCLUDED.live, content = EXCLUDED.content;

-- name: note_pending_starts
-- Remember the restrictions of some subjects that are not in force yet.
INSERT INTO pending_start (basis_id, start_at)
SELECT basis_id, start_at FROM basis
WHERE generation = $1 AND subject_id = ANY ($2::text[]) AND start_at > $3
  AND start_position IS NOT NULL AND ended_position IS NULL
ON CONFLICT (basis_id) DO UPDATE SET start_at = EXCLUDED.start_at;

-- name: take_pending_starts
-- Take out the restrictions whose grace has ended; returns their subjects.
WITH due AS (
    DELETE FROM pending_start
    WHERE basis_id IN (SELECT basis_id FROM pending_start WHERE start_at <= $2 ORDER BY start_at LIMIT $3)
    RETURNING basis_id
)
SELECT DISTINCT b.subject_id FROM due JOIN basis b ON b.basis_id = due.basis_id AND b.generation = $1;

-- name: read_deliveries
-- Steps after a number. A restriction that is lifted by now is never sent as set: its lift goes early.
SELECT d.number, d.restriction_id,
       CASE WHEN s.live THEN d.event ELSE 2 END AS event,
       CASE WHEN s.live THEN d.digests ELSE '{}' END AS digests,
       d.items, d.start_at, d.end_at, d.case_number, d.order_number, d.court_name, d.court_contact,
       d.position
FROM delivery d JOIN delivered s ON s.restriction_id = d.restriction_id
WHERE d.number > $1
ORDER BY d.number
LIMIT $2;

-- name: read_delivery_head
-- The last number, and the position of the ledger that it reflects.
SELECT e.delivery_head, f.incarnation, f.position, f.as_of_at
FROM engine e JOIN follower f ON f.generation = e.generation;

-- ------------------------------------------------------------------ rebuilding after a restore

-- name: mark_rebuilding
-- From now on nothing is decided on the current generation.
UPDATE follower SET rebuilding = true
WHERE generation = (SELECT generation FROM engine);

-- name: insert_generation
-- An empty generation.
INSERT INTO follower (generation) VALUES ($1);

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
    SELECT s.restriction_id, row_number() OVER (ORDER BY s.restriction_id) AS ordinal
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
)
SELECT (SELECT count(*) FROM courts) + (SELECT count(*) FROM bases)
     + (SELECT count(*) FROM bindings) + (SELECT count(*) FROM digests);

-- name: delete_generation
-- The generation itself; its facts are deleted by themselves.
DELETE FROM follower WHERE generation = $1;

-- ----------------------------------------------------------------------- verifying by a replay

-- name: count_differences
-- Rows that two generations do not have in common, by table.
SELECT 'court' AS kind, count(*) FROM (
    SELECT court_code, name, contact, position FROM court WHERE generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4 HAVING count(*) = 1) x
UNION ALL SELECT 'basis', count(*) FROM (
    SELECT basis_id, subject_id, court_code, items, ground, start_at, end_at, start_position,
           ended_at, ended_position, unsettled, unsettled_position, case_number, reference,
           reference_position
    FROM basis WHERE generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 HAVING count(*) = 1) x
UNION ALL SELECT 'binding', count(*) FROM (
    SELECT document_id, subject_id, bound_position, unbound_position
    FROM binding WHERE generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4 HAVING count(*) = 1) x
UNION ALL SELECT 'digest', count(*) FROM (
    SELECT document_id, epoch, digest, live FROM digest WHERE generation IN ($1, $2)
    GROUP BY 1, 2, 3, 4 HAVING count(*) = 1) x;

-- ------------------------------------------------------------------------ one engine at a time

-- name: try_lead
-- The session lock that only one engine of a field holds.
SELECT pg_try_advisory_lock(hashtextextended('restriction.engine:' || current_schema(), 0));

-- name: still_lead
-- Whether this session still stands: an answer is enough, a session's lock ends with it.
SELECT 1;
