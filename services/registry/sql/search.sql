-- Finding listings. There is no condition on names.

-- name: search
-- Ids of a court's listings that meet every condition given (NULL: any), newest first, from after a place
-- in that order. The state is that of registry.states, for one instant that is returned with each row.
-- BasisState: 1 PENDING, 2 IN_FORCE, 3 EXPIRED, 4 DELETED, 5 REVOKED, 7 UNSETTLED. EndingKind: 1 DELETED,
-- 2 REVOKED; a listing is never lifted.
WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS now)
SELECT l.listing_id, l.entered_position, m.now
FROM listing l CROSS JOIN moment m
WHERE l.court_code = $1
    AND ($2::text IS NULL OR l.case_number = $2)
    AND ($3::bytea[] IS NULL OR l.subject_id = (
        SELECT d.subject_id
        FROM unnest($4::integer[], $3) AS q (epoch, digest)
        JOIN document_digest g ON g.epoch = q.epoch AND g.digest = q.digest
        JOIN document d ON d.document_id = g.document_id
        ORDER BY g.epoch DESC
        LIMIT 1
    ))
    AND ($5::smallint IS NULL OR l.ground = $5)
    AND ($6::smallint IS NULL OR $6 = CASE
        WHEN l.ended_kind = 1 THEN 4
        WHEN l.ended_kind = 2 THEN 5
        WHEN EXISTS (
            SELECT FROM unsettled_ending u
            WHERE u.basis_id = l.listing_id AND u.settled_position IS NULL
        ) THEN 7
        WHEN m.now < l.start_at THEN 1
        WHEN m.now >= l.term_end_at THEN 3
        ELSE 2
    END)
    AND ($7::bigint IS NULL OR (l.entered_position, l.listing_id) < ($7, $8::uuid))
ORDER BY l.entered_position DESC, l.listing_id DESC
LIMIT $9;
