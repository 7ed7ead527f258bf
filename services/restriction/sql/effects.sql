-- What a batch of changes does to one generation. Every statement takes the generation first.
--
-- A batch reads few rows of large tables, by their keys. While an import fills the tables there are no
-- statistics that say so, and whole tables were seen to be read for each batch: `OFFSET 0` keeps the
-- planner from turning a look-up for each row into a join of tables. On its plans see lock_engine.

-- name: upsert_courts
-- Names and contacts of courts; an older effect never undoes a newer.
INSERT INTO court (generation, court_code, name, contact, position)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[])
ON CONFLICT (generation, court_code) DO UPDATE
SET name = EXCLUDED.name, contact = EXCLUDED.contact, position = EXCLUDED.position
WHERE court.position < EXCLUDED.position;

-- name: upsert_bindings
-- Documents bound (bound_position) or unbound (unbound_position); each keeps its latest position. Returns
-- the documents that were unbound, now or in what was applied before.
WITH written AS (
    INSERT INTO binding (generation, document_id, subject_id, bound_position, unbound_position)
    SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[])
    ON CONFLICT (generation, document_id, subject_id) DO UPDATE
    SET bound_position = GREATEST(binding.bound_position, EXCLUDED.bound_position),
        unbound_position = GREATEST(binding.unbound_position, EXCLUDED.unbound_position)
    RETURNING document_id, unbound_position
)
SELECT DISTINCT document_id FROM written WHERE unbound_position > 0;

-- name: upsert_digests
-- Digests of documents by epoch.
INSERT INTO digest (generation, document_id, epoch, digest)
SELECT $1, * FROM unnest($2::text[], $3::integer[], $4::bytea[])
ON CONFLICT (generation, document_id, epoch) DO NOTHING;

-- name: upsert_starts
-- Bases that begin, with their references; fills a tombstone whose ending came first and leaves its
-- ending as it is.
INSERT INTO basis (generation, basis_id, subject_id, obligation_id, court_code, items, ground,
                   start_at, end_at, start_position, case_number, reference, reference_position)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::smallint[],
                         $8::timestamptz[], $9::timestamptz[], $10::bigint[], $11::text[], $12::text[],
                         $13::bigint[])
ON CONFLICT (generation, basis_id) DO UPDATE
SET subject_id = EXCLUDED.subject_id, obligation_id = EXCLUDED.obligation_id,
    court_code = EXCLUDED.court_code, items = EXCLUDED.items, ground = EXCLUDED.ground,
    start_at = EXCLUDED.start_at, end_at = EXCLUDED.end_at,
    (case_number, reference, reference_position) = (
        SELECT r.case_number, r.reference, r.position
        FROM (VALUES (basis.case_number, basis.reference, basis.reference_position),
                     (EXCLUDED.case_number, EXCLUDED.reference, EXCLUDED.reference_position))
             AS r (case_number, reference, position)
        ORDER BY r.position DESC LIMIT 1),
    start_position = EXCLUDED.start_position
WHERE basis.start_position IS NULL;

-- name: upsert_endings
-- Bases that end, or their tombstones when the start has not arrived yet. The first ending stays; a revocation, whenever
-- it comes, makes the basis void from the start.
INSERT INTO basis (generation, basis_id, subject_id, ended_at, void_from_start, ended_position)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::boolean[], $6::bigint[])
ON CONFLICT (generation, basis_id) DO UPDATE
SET ended_at = CASE WHEN basis.ended_position <= EXCLUDED.ended_position THEN basis.ended_at
                    ELSE EXCLUDED.ended_at END,
    void_from_start = basis.void_from_start OR EXCLUDED.void_from_start,
    ended_position = LEAST(basis.ended_position, EXCLUDED.ended_position)
WHERE basis.ended_position IS NULL OR basis.ended_position > EXCLUDED.ended_position
   OR (EXCLUDED.void_from_start AND NOT basis.void_from_start);

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
CROSS JOIN LATERAL (
    SELECT ctid FROM basis
    WHERE generation = $1 AND basis_id = r.basis_id AND reference_position <= r.position OFFSET 0
) b
WHERE basis.ctid = b.ctid;

-- name: upsert_obligations
-- Obligations performed (performed_position, with the instant) or owed again (reopened_position); each
-- keeps its latest position.
INSERT INTO obligation (generation, obligation_id, performed_at, performed_position, reopened_position)
SELECT $1, * FROM unnest($2::text[], $3::timestamptz[], $4::bigint[], $5::bigint[])
ON CONFLICT (generation, obligation_id) DO UPDATE
SET performed_at = CASE WHEN obligation.performed_position < EXCLUDED.performed_position
                        THEN EXCLUDED.performed_at ELSE obligation.performed_at END,
    performed_position = GREATEST(obligation.performed_position, EXCLUDED.performed_position),
    reopened_position = GREATEST(obligation.reopened_position, EXCLUDED.reopened_position);

-- name: upsert_passes_granted
-- Passes granted; fills a tombstone whose withdrawal came first and leaves the withdrawal as it is.
INSERT INTO pass (generation, pass_id, order_id, items, start_at, end_at, granted_position)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::integer[], $5::timestamptz[], $6::timestamptz[],
                         $7::bigint[])
ON CONFLICT (generation, pass_id) DO UPDATE
SET items = EXCLUDED.items, start_at = EXCLUDED.start_at, end_at = EXCLUDED.end_at,
    granted_position = EXCLUDED.granted_position
WHERE pass.granted_position IS NULL;

-- name: upsert_passes_withdrawn
-- Passes withdrawn, or their tombstones when the grant has not arrived yet; the first withdrawal stays.
INSERT INTO pass (generation, pass_id, order_id, withdrawn_position)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[])
ON CONFLICT (generation, pass_id) DO UPDATE
SET withdrawn_position = EXCLUDED.withdrawn_position
WHERE pass.withdrawn_position IS NULL OR pass.withdrawn_position > EXCLUDED.withdrawn_position;

-- name: upsert_partners_enrolled
-- Partners enrolled; the latest enrolment stays. Several fields of one partner are joined by commas, as
-- an array of arrays of unequal length cannot be sent.
INSERT INTO partner (generation, partner_id, fields, push_address, checks_per_s, checks_per_day,
                     enrolled_position)
SELECT $1, partner_id, string_to_array(fields, ','), push_address, checks_per_s, checks_per_day, position
FROM unnest($2::text[], $3::text[], $4::text[], $5::integer[], $6::bigint[], $7::bigint[])
     AS one (partner_id, fields, push_address, checks_per_s, checks_per_day, position)
ON CONFLICT (generation, partner_id) DO UPDATE
SET fields = EXCLUDED.fields, push_address = EXCLUDED.push_address,
    checks_per_s = EXCLUDED.checks_per_s, checks_per_day = EXCLUDED.checks_per_day,
    enrolled_position = EXCLUDED.enrolled_position
WHERE partner.enrolled_position < EXCLUDED.enrolled_position;

-- name: upsert_partners_retired
-- Partners retired; each keeps its latest position.
INSERT INTO partner (generation, partner_id, retired_position)
SELECT $1, * FROM unnest($2::text[], $3::bigint[])
ON CONFLICT (generation, partner_id) DO UPDATE
SET retired_position = GREATEST(partner.retired_position, EXCLUDED.retired_position);

-- name: insert_ratings
-- Ratings as they were recorded; the same record again changes nothing.
INSERT INTO rating (generation, partner_id, site_code, stars, start_at, end_at, position)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::smallint[], $5::timestamptz[], $6::timestamptz[],
                         $7::bigint[])
ON CONFLICT (generation, partner_id, site_code, position) DO NOTHING;

-- name: upsert_courts_retired
-- Courts that act no more; each keeps its latest position.
INSERT INTO court (generation, court_code, name, contact, position, retired_position)
SELECT $1, court_code, '', '', 0, position FROM unnest($2::text[], $3::bigint[]) AS one (court_code, position)
ON CONFLICT (generation, court_code) DO UPDATE
SET retired_position = GREATEST(court.retired_position, EXCLUDED.retired_position);

-- name: upsert_officers
-- Roles given (enrolled_position) or taken (retired_position); each keeps its latest position.
INSERT INTO officer (generation, person_id, role, court_code, enrolled_position, retired_position)
SELECT $1, * FROM unnest($2::text[], $3::smallint[], $4::text[], $5::bigint[], $6::bigint[])
ON CONFLICT (generation, person_id, role, court_code) DO UPDATE
SET enrolled_position = GREATEST(officer.enrolled_position, EXCLUDED.enrolled_position),
    retired_position = GREATEST(officer.retired_position, EXCLUDED.retired_position);

-- name: upsert_keys
-- Keys of people; fills a tombstone whose retirement came first.
INSERT INTO officer_key (generation, key_id, person_id, court_code, public_key, enrolled_position)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bytea[], $6::bigint[])
ON CONFLICT (generation, key_id) DO UPDATE
SET person_id = EXCLUDED.person_id, court_code = EXCLUDED.court_code,
    public_key = EXCLUDED.public_key, enrolled_position = EXCLUDED.enrolled_position
WHERE officer_key.enrolled_position = 0;

-- name: upsert_keys_retired
-- Keys that count no more, or their tombstones when the enrolment has not arrived yet.
INSERT INTO officer_key (generation, key_id, retired_position)
SELECT $1, * FROM unnest($2::text[], $3::bigint[])
ON CONFLICT (generation, key_id) DO UPDATE
SET retired_position = GREATEST(officer_key.retired_position, EXCLUDED.retired_position);

-- name: subjects_of_obligations
-- Whose listings rest on some obligations.
SELECT DISTINCT b.subject_id FROM unnest($2::text[]) AS asked (obligation_id)
CROSS JOIN LATERAL (
    SELECT subject_id FROM basis
    WHERE generation = $1 AND obligation_id = asked.obligation_id AND ground IS NOT NULL OFFSET 0
) b;

-- name: insert_seen_endings
-- Witness of endings, of either measure, and of unbindings.
INSERT INTO seen_ending (generation, hash, basis_id, document_id, measure, subject_id, incarnation, position,
                         void_from_start, seal)
SELECT $1::integer, * FROM unnest($2::bytea[], $3::text[], $4::text[], $5::smallint[], $6::text[],
                                  $7::text[], $8::bigint[], $9::boolean[], $10::bytea[])
ON CONFLICT (hash, basis_id, document_id) DO NOTHING;

-- name: refresh_live
-- Set `live` on the digests of the documents of some subjects; returns exactly those that changed. $3:
-- bases that an act has ended count, too, as long as the document is bound; by when they are no longer
-- told of is for the policy, at the moment of asking.
WITH touched AS (
    SELECT DISTINCT bd.document_id FROM unnest($2::text[]) AS s (subject_id)
    CROSS JOIN LATERAL (
        SELECT document_id FROM binding WHERE generation = $1 AND subject_id = s.subject_id OFFSET 0
    ) bd
), wanted AS (
    SELECT t.document_id, COALESCE(l.live, false) AS live
    FROM touched t LEFT JOIN LATERAL (
        SELECT true AS live FROM binding bd
        CROSS JOIN LATERAL (
            SELECT FROM basis
            WHERE generation = $1 AND subject_id = bd.subject_id
              AND start_position IS NOT NULL AND ($3 OR ended_position IS NULL)
            LIMIT 1
        ) b
        WHERE bd.generation = $1 AND bd.document_id = t.document_id
          AND bd.bound_position > bd.unbound_position
        LIMIT 1
    ) l ON true
)
UPDATE digest SET live = w.live
FROM wanted w
WHERE digest.generation = $1 AND digest.document_id = w.document_id
  AND digest.live IS DISTINCT FROM w.live
RETURNING digest.epoch, digest.digest, digest.live;

-- name: delete_unbound_digests
-- Forget the digests of those of some documents that are bound to nobody any more. The registry has
-- forgotten them, too: a replay would not bring them, and the number may be an innocent person's.
DELETE FROM digest WHERE ctid = ANY (ARRAY(
    SELECT d.ctid FROM unnest($2::text[]) AS asked (document_id)
    CROSS JOIN LATERAL (
        SELECT ctid FROM digest WHERE generation = $1 AND document_id = asked.document_id OFFSET 0
    ) d
    WHERE NOT EXISTS (
        SELECT FROM binding bd
        WHERE bd.generation = $1 AND bd.document_id = asked.document_id
          AND bd.bound_position > bd.unbound_position
        OFFSET 0
    )
));
