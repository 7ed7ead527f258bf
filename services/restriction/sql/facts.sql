-- What gates read, and what was witnessed. On `OFFSET 0` see effects.sql.

-- name: read_facts
-- Everything known of the subjects behind some digests, with the cursors, in one snapshot. Always
-- at least one row; `basis_id` is NULL when nothing is known. A subject is doubted when it was found by
-- a document that we saw unbound from it, and of that unbinding this generation knows nothing. Then nothing is
-- told of what has ended, either, and no judge is asked about that.
SELECT f.generation, f.incarnation, f.position, f.hash, f.endings_position, f.endings_hash,
       f.as_of_at, f.rebuilding, f.epoch, f.facts_version < e.facts_version AS outdated,
       b.basis_id, b.subject_id, b.court_code, b.items, b.ground, b.start_at, b.end_at,
       b.ended_position IS NOT NULL AS ended, b.ended_at, b.void_from_start, b.case_number, b.reference,
       CASE WHEN o.performed_position > o.reopened_position THEN o.performed_at END AS performed_at,
       p.pass_ids, p.pass_items, p.pass_starts, p.pass_ends,
       COALESCE(c.name, '') AS court_name, COALESCE(c.contact, '') AS court_contact,
       b.unsettled OR (
           b.ended_position IS NULL AND b.unsettled_position = 0
           AND EXISTS (SELECT FROM seen_ending s WHERE s.basis_id = b.basis_id)
       ) OR (
           b.ended_position IS NULL AND b.unsettled_position = 0 AND s.doubted
       ) OR (
           b.ended_position IS NOT NULL AND s.doubted
       ) AS unsettled
FROM engine e
JOIN follower f ON f.generation = e.generation
LEFT JOIN (
    SELECT bd.generation, bd.subject_id,
           bool_or(bd.unbound_position = 0 AND EXISTS (
               SELECT FROM seen_ending u
               WHERE u.document_id = bd.document_id AND u.subject_id = bd.subject_id AND u.document_id <> ''
           )) AS doubted
    FROM unnest($1::bytea[]) AS asked (digest)
    CROSS JOIN LATERAL (
        SELECT document_id FROM digest
        WHERE generation = (SELECT generation FROM engine) AND digest = asked.digest OFFSET 0
    ) dg
    CROSS JOIN LATERAL (
        SELECT * FROM binding
        WHERE generation = (SELECT generation FROM engine) AND document_id = dg.document_id
          AND bound_position > unbound_position
        OFFSET 0
    ) bd
    GROUP BY bd.generation, bd.subject_id
) s ON s.generation = e.generation
LEFT JOIN LATERAL (
    SELECT * FROM basis
    WHERE generation = s.generation AND subject_id = s.subject_id AND start_position IS NOT NULL OFFSET 0
) b ON true
LEFT JOIN court c ON c.generation = b.generation AND c.court_code = b.court_code
LEFT JOIN LATERAL (
    SELECT performed_at, performed_position, reopened_position FROM obligation
    WHERE obligation.generation = b.generation AND obligation.obligation_id = b.obligation_id OFFSET 0
) o ON true
LEFT JOIN LATERAL (
    SELECT array_agg(pass_id ORDER BY pass_id) AS pass_ids, array_agg(items ORDER BY pass_id) AS pass_items,
           array_agg(start_at ORDER BY pass_id) AS pass_starts, array_agg(end_at ORDER BY pass_id) AS pass_ends
    FROM pass
    WHERE pass.generation = b.generation AND pass.order_id = b.basis_id
      AND pass.granted_position IS NOT NULL AND pass.withdrawn_position IS NULL
) p ON true;

-- name: read_live_digests
-- The content of the index, for the current generation: of the epoch $1, or of the one in force.
SELECT d.digest FROM engine e
JOIN follower f ON f.generation = e.generation
JOIN digest d ON d.generation = f.generation AND d.epoch = COALESCE($1::integer, f.epoch) AND d.live;

-- name: read_ratings
-- Every rating of the current generation.
SELECT partner_id, site_code, stars, start_at, end_at, position FROM rating
WHERE generation = (SELECT generation FROM engine);

-- name: read_partners
-- Every partner of the current generation, retired or not; a position is 0 where it never was.
SELECT partner_id, fields, push_address, checks_per_s, checks_per_day, enrolled_position, retired_position
FROM partner WHERE generation = (SELECT generation FROM engine);

-- name: read_seen_endings
-- Endings witnessed, newest first, after the one given by generation, position, basis and document.
SELECT hash, basis_id, document_id, measure, subject_id, incarnation, position, generation, void_from_start, seal
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
