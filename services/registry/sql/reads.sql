-- What is shown of a record. Each statement reads the ledger's head and the database's clock in the
-- snapshot in which it reads the record: a copy kept with that position can never pass for a newer one.

-- name: listings
-- Listings with everything that is shown of them.
SELECT
    l.listing_id, l.subject_id, l.obligation_id, l.court_code, l.case_number, l.case_number_raw,
    l.decision_number, l.decided_on, l.ground, l.start_at, l.term_end_at, l.text_sealed,
    l.ended_at, l.ended_kind, l.ended_cause, l.position,
    s.facts_sealed,
    EXISTS (
        SELECT FROM unsettled_ending u
        WHERE u.basis_id = l.listing_id AND u.settled_position IS NULL
    ) AS unsettled,
    (
        SELECT o.order_id FROM consumption_order o
        WHERE o.listing_id = l.listing_id ORDER BY o.order_id LIMIT 1
    ) AS order_id,
    ARRAY(
        SELECT ROW(d.document_id, d.kind, d.issuing_state, d.number_sealed) FROM document d
        WHERE d.subject_id = l.subject_id AND d.unbound_position IS NULL
        ORDER BY d.bound_position, d.document_id
    ) AS documents,
    ARRAY(
        SELECT ROW(t.task_id, t.kind, t.court_code, t.basis_id, t.obligation_id, c.recorded_at)
        FROM task t JOIN change c ON c.position = t.opened_position
        WHERE t.closed_position IS NULL AND (
            t.basis_id = l.listing_id
            OR (t.obligation_id = l.obligation_id AND t.basis_id IS NULL)
        )
        ORDER BY t.opened_position, t.task_id
    ) AS open_tasks,
    h.incarnation, h.position AS head, clock_timestamp() AS read_at
FROM listing l
JOIN subject s ON s.subject_id = l.subject_id
CROSS JOIN ledger_head h
WHERE l.listing_id = ANY($1::uuid[]);

-- name: order_by_id
-- One order with its passes that are not withdrawn, past or not.
SELECT
    o.order_id, o.subject_id, o.obligation_id, o.court_code, o.case_number, o.order_number,
    o.listing_id, o.items, o.start_at, o.period_end_at, o.review_at,
    o.ended_at, o.ended_kind, o.ended_cause, o.position,
    EXISTS (
        SELECT FROM unsettled_ending u
        WHERE u.basis_id = o.order_id AND u.settled_position IS NULL
    ) AS unsettled,
    ARRAY(
        SELECT ROW(p.pass_id, p.items, p.first_on, p.last_on, p.cause, p.decision_number) FROM pass p
        WHERE p.order_id = o.order_id AND p.withdrawn_position IS NULL
        ORDER BY p.first_on, p.pass_id
    ) AS passes,
    h.incarnation, h.position AS head, clock_timestamp() AS read_at
FROM consumption_order o
CROSS JOIN ledger_head h
WHERE o.order_id = $1;

-- name: obligation
-- One obligation with its cases, its debtors, and the statements and payments recorded on it.
SELECT
    b.obligation_id, b.principal_fen, b.terms_sealed, b.performed_position, b.position,
    ARRAY(
        SELECT c.case_number FROM obligation_case c
        WHERE c.obligation_id = b.obligation_id ORDER BY c.position, c.case_number
    ) AS case_numbers,
    ARRAY(
        SELECT d.subject_id FROM obligation_debtor d
        WHERE d.obligation_id = b.obligation_id ORDER BY d.position, d.subject_id
    ) AS debtor_ids,
    ARRAY(
        SELECT ROW(s.statement_id, s.sum_fen, s.position, s.good_until) FROM statement s
        WHERE s.obligation_id = b.obligation_id ORDER BY s.position
    ) AS statements,
    ARRAY(
        SELECT ROW(
            r.amount_fen, r.paid_on, r.position, r.statement_id, r.reversed_position IS NOT NULL
        )
        FROM repayment r
        WHERE r.obligation_id = b.obligation_id ORDER BY r.position
    ) AS payments,
    h.incarnation, h.position AS head
FROM obligation b
CROSS JOIN ledger_head h
WHERE b.obligation_id = $1;

-- name: standing
-- What is not ended of the subject behind a document: one row a basis, listings first. Always at least one
-- row: without a basis where nothing stands, without a subject where the document is bound to nobody.
-- While a new epoch is filled a document is filed under either or both. Measure: 1 LISTING, 2 ORDER.
WITH asked AS (
    SELECT d.subject_id
    FROM unnest($1::integer[], $2::bytea[]) AS q (epoch, digest)
    JOIN document_digest g ON g.epoch = q.epoch AND g.digest = q.digest
    JOIN document d ON d.document_id = g.document_id
    ORDER BY g.epoch DESC
    LIMIT 1
)
SELECT
    a.subject_id, b.*,
    EXISTS (
        SELECT FROM unsettled_ending u
        WHERE u.basis_id = b.basis_id AND u.settled_position IS NULL
    ) AS unsettled,
    h.incarnation, h.position AS head, clock_timestamp() AS read_at
FROM ledger_head h
LEFT JOIN asked a ON true
LEFT JOIN LATERAL (
    SELECT 1 AS measure, l.listing_id AS basis_id, l.court_code, l.case_number,
        l.ground, NULL::smallint[] AS items, l.start_at, l.term_end_at AS end_at
    FROM listing l
    WHERE l.subject_id = a.subject_id AND l.ended_at IS NULL
    UNION ALL
    SELECT 2, o.order_id, o.court_code, o.case_number,
        NULL, o.items, o.start_at, o.period_end_at
    FROM consumption_order o
    WHERE o.subject_id = a.subject_id AND o.ended_at IS NULL
) b ON true
ORDER BY b.measure, b.start_at, b.basis_id;
