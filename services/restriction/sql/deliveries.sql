-- What partners pull. On `OFFSET 0` see effects.sql.

-- name: deliver
-- Number one step for each restriction of some subjects that differs from what was delivered. An order is
-- narrowed to the field's own items ($4), and one that names none of them is no restriction here. The step
-- before keeps no digests: a document may be unbound since, and nobody who is restricted no longer is kept.
WITH wanted AS (
    SELECT b.basis_id, b.items & $4 AS items, b.start_at, b.end_at, b.case_number, b.reference, b.ground,
           COALESCE(c.name, '') AS court_name, COALESCE(c.contact, '') AS court_contact,
           COALESCE(d.digests, '{}') AS digests,
           COALESCE(b.start_position IS NOT NULL AND b.ended_position IS NULL AND NOT b.unsettled
               AND (b.ground IS NOT NULL OR b.items & $4 <> 0)
               AND b.start_at <= $3 AND (b.end_at IS NULL OR b.end_at > $3), false) AS live,
           GREATEST(b.start_position, b.ended_position, b.unsettled_position,
                    b.reference_position, d.position, o.position) AS position,
           o.performed_at,
           CASE WHEN b.ground IS NOT NULL THEN b.ended_at END AS ended_at,
           b.ground IS NOT NULL AND b.void_from_start AS void_from_start
    FROM unnest($2::text[]) AS asked (subject_id)
    CROSS JOIN LATERAL (
        SELECT * FROM basis WHERE generation = $1 AND subject_id = asked.subject_id OFFSET 0
    ) b
    LEFT JOIN LATERAL (
        SELECT name, contact FROM court WHERE generation = $1 AND court_code = b.court_code OFFSET 0
    ) c ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(dg.digest ORDER BY dg.epoch, dg.digest)
                   FILTER (WHERE bd.bound_position > bd.unbound_position
                             AND dg.digest IS NOT NULL) AS digests,
               max(GREATEST(bd.bound_position, bd.unbound_position)) AS position
        FROM binding bd
        LEFT JOIN LATERAL (
            SELECT epoch, digest FROM digest
            WHERE generation = $1 AND document_id = bd.document_id
              AND epoch = (SELECT epoch FROM follower WHERE generation = $1)
            OFFSET 0
        ) dg ON true
        WHERE bd.generation = $1 AND bd.subject_id = b.subject_id
    ) d ON true
    LEFT JOIN LATERAL (
        SELECT CASE WHEN performed_position > reopened_position THEN performed_at END AS performed_at,
               GREATEST(performed_position, reopened_position) AS position
        FROM obligation
        WHERE obligation.generation = b.generation AND obligation.obligation_id = b.obligation_id
          AND b.ground IS NOT NULL
        OFFSET 0
    ) o ON true
), hashed AS (
    SELECT w.*, md5(ROW (w.digests, w.items, w.start_at, w.end_at, w.case_number, w.reference,
                         w.court_name, w.court_contact)::text
                    -- Nothing is added for orders: what was delivered of them before is not sent again.
                    || CASE WHEN w.ground IS NULL THEN '' ELSE ROW (w.ground, w.performed_at)::text END
                    -- By another secret all is sent again; nothing is added while there was only the first.
                    || COALESCE(NULLIF((SELECT partner_secret FROM engine), 1)::text, '')
                   ) AS content
    FROM wanted w
), due AS (
    SELECT h.*, s.number AS former, row_number() OVER (ORDER BY h.live, h.position, h.basis_id) AS ordinal
    FROM hashed h
    LEFT JOIN LATERAL (
        SELECT number, live, content, ended_at, void_from_start FROM delivered WHERE restriction_id = h.basis_id OFFSET 0
    ) s ON true
    WHERE (h.live AND (s.live IS NOT TRUE OR s.content <> h.content)) OR (NOT h.live AND s.live)
       -- Lifted before it was known how it ended.
       OR (NOT h.live AND NOT s.live AND h.ended_at IS NOT NULL AND s.ended_at IS DISTINCT FROM h.ended_at)
       -- Deleted before it was revoked.
       OR (NOT h.live AND NOT s.live AND h.void_from_start AND NOT s.void_from_start)
), head AS (
    UPDATE engine SET delivery_head = delivery_head + (SELECT count(*) FROM due)
    RETURNING delivery_head - (SELECT count(*) FROM due) AS base
), written AS (
    INSERT INTO delivery (number, restriction_id, event, digests, items, start_at, end_at,
                          case_number, order_number, court_name, court_contact, position,
                          ground, performed_at)
    SELECT head.base + due.ordinal, due.basis_id, CASE WHEN due.live THEN 1 ELSE 2 END,
           CASE WHEN due.live THEN due.digests ELSE '{}' END, due.items, due.start_at, due.end_at,
           due.case_number, due.reference, due.court_name, due.court_contact, due.position,
           due.ground, due.performed_at
    FROM due CROSS JOIN head
), emptied AS (
    UPDATE delivery SET digests = '{}' WHERE number = ANY (ARRAY(SELECT former FROM due WHERE former IS NOT NULL))
)
INSERT INTO delivered (restriction_id, number, live, content, ended_at, void_from_start)
SELECT due.basis_id, head.base + due.ordinal, due.live, due.content,
       CASE WHEN NOT due.live THEN due.ended_at END, NOT due.live AND due.void_from_start
FROM due CROSS JOIN head
ON CONFLICT (restriction_id) DO UPDATE
SET number = EXCLUDED.number, live = EXCLUDED.live, content = EXCLUDED.content,
    ended_at = EXCLUDED.ended_at, void_from_start = EXCLUDED.void_from_start;

-- name: note_pending_starts
-- Remember the restrictions of some subjects that are not in force yet.
INSERT INTO pending_start (basis_id, start_at)
SELECT b.basis_id, b.start_at FROM unnest($2::text[]) AS asked (subject_id)
CROSS JOIN LATERAL (
    SELECT basis_id, start_at FROM basis
    WHERE generation = $1 AND subject_id = asked.subject_id AND start_at > $3
      AND start_position IS NOT NULL AND ended_position IS NULL
    OFFSET 0
) b
ON CONFLICT (basis_id) DO UPDATE SET start_at = EXCLUDED.start_at;

-- name: take_pending_starts
-- Take out the restrictions whose grace has ended; returns their subjects.
WITH due AS (
    DELETE FROM pending_start WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM pending_start WHERE start_at <= $2 ORDER BY start_at LIMIT $3))
    RETURNING basis_id
)
SELECT DISTINCT b.subject_id FROM due
CROSS JOIN LATERAL (
    SELECT subject_id FROM basis WHERE generation = $1 AND basis_id = due.basis_id OFFSET 0
) b;

-- name: read_deliveries
-- Steps after a number. A restriction that is lifted by now is never sent as set: its lift goes early. One that
-- was set again since is sent with the digests of now.
SELECT d.number, d.restriction_id,
       CASE WHEN s.live THEN d.event ELSE 2 END AS event,
       CASE WHEN NOT s.live OR d.event = 2 THEN '{}' WHEN d.number = s.number THEN d.digests
            ELSE (SELECT last.digests FROM delivery last WHERE last.number = s.number) END AS digests,
       d.items, d.start_at, d.end_at, d.case_number, d.order_number, d.court_name, d.court_contact,
       d.position, d.ground, d.performed_at, s.ended_at, s.void_from_start,
       (SELECT partner_secret FROM engine) AS secret_version
FROM delivery d JOIN delivered s ON s.restriction_id = d.restriction_id
WHERE d.number > $1
ORDER BY d.number
LIMIT $2;

-- name: read_delivery_head
-- The last number and its series, and the position of the ledger that it reflects.
SELECT e.delivery_head, e.series, f.incarnation, f.position, f.as_of_at
FROM engine e JOIN follower f ON f.generation = e.generation;
