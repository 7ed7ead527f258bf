-- name: claim_request
-- Reserve a request_id, and read the act's instant with it (see transaction_time). Not claimed when it is taken:
-- by an earlier act, or by one that has just committed while this one waited for it.
WITH claimed AS (
    INSERT INTO request (request_id, fingerprint) VALUES ($1, $2)
    ON CONFLICT (request_id) DO NOTHING
    RETURNING request_id
)
SELECT EXISTS (SELECT FROM claimed) AS is_claimed, transaction_timestamp() AS now;

-- name: find_request
-- The first answer to a request_id.
SELECT fingerprint, reply_sealed, position FROM request WHERE request_id = $1;

-- name: finish_request
-- Keep the answer with the act, and hint at the change to waiting readers at commit.
UPDATE request SET reply_sealed = $2, position = $3 WHERE request_id = $1
RETURNING pg_notify('courtlist_change', $3::bigint::text);

-- name: transaction_time
-- The instant of this act: the database's clock, the same through the transaction.
SELECT transaction_timestamp();

-- name: lock_head
-- Hold the ledger's head until commit: whoever holds it appends next. The clock is read under the lock, so
-- recorded times follow positions.
SELECT incarnation, position, hash, clock_timestamp() AS now FROM ledger_head FOR UPDATE;

-- name: move_head
-- The head is the change just appended.
UPDATE ledger_head SET incarnation = $1, position = $2, hash = $3;

-- name: append_change
-- Append a change, the exact bytes that were hashed, and its facts beside it; the head is this change from now on.
WITH appended AS (
    INSERT INTO change (position, incarnation, act, ends, recorded_at, body, previous_hash, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    RETURNING incarnation, position, hash
), kept AS (
    INSERT INTO change_facts (position, facts_sealed) VALUES ($1, $9)
)
UPDATE ledger_head AS head SET incarnation = appended.incarnation, position = appended.position, hash = appended.hash
FROM appended;

-- name: recorded_time
-- The instant at which a change was recorded.
SELECT recorded_at FROM change WHERE position = $1;

-- name: notify_followers
-- A hint to waiting readers, sent at commit.
SELECT pg_notify('courtlist_change', $1);

-- name: hold_partner
-- Hold a partner that is not retired.
SELECT true FROM partner WHERE partner_id = $1 AND retired_position IS NULL FOR NO KEY UPDATE;

-- name: find_owners
-- The subjects to whom the documents behind these digests are bound.
SELECT d.epoch, d.digest, doc.document_id, doc.subject_id
FROM unnest($1::integer[], $2::bytea[]) AS asked (epoch, digest)
JOIN document_digest AS d ON d.epoch = asked.epoch AND d.digest = asked.digest
JOIN document AS doc ON doc.document_id = d.document_id;

-- name: lock_subject
-- Hold a subject: acts on the same subject follow one another.
SELECT subject_id, kind, facts_sealed FROM subject WHERE subject_id = $1 FOR UPDATE;

-- name: subject_documents
-- The documents bound to a subject.
SELECT document_id, kind, issuing_state, number_sealed
FROM document WHERE subject_id = $1 AND unbound_position IS NULL
ORDER BY bound_position, document_id;

-- name: find_document
-- One binding by its id.
SELECT document_id, subject_id, unbound_position FROM document WHERE document_id = $1;

-- name: find_case
-- The obligation that a case number belongs to.
SELECT obligation_id, court_code FROM obligation_case WHERE case_number = $1;

-- name: lock_obligation
-- Hold an obligation: payments, entries and endings on it follow one another.
SELECT obligation_id, kind, principal_fen, performed_position FROM obligation WHERE obligation_id = $1 FOR UPDATE;

-- name: obligation_courts
-- The courts that run a case of the obligation.
SELECT DISTINCT court_code FROM obligation_case WHERE obligation_id = $1;

-- name: obligation_debtors
-- Who owes the obligation.
SELECT subject_id FROM obligation_debtor WHERE obligation_id = $1;

-- name: obligation_statements
-- The payoff statements issued on the obligation.
SELECT statement_id, sum_fen, good_until, position FROM statement WHERE obligation_id = $1 ORDER BY position;

-- name: obligation_repayments
-- The repayments recorded on the obligation.
SELECT repayment_id, obligation_id, amount_fen, paid_on, receipt_number, statement_id, reversed_position, position
FROM repayment WHERE obligation_id = $1 ORDER BY position;

-- name: obligation_listings
-- The listings that rest on the obligation and have not ended.
SELECT listing_id, subject_id, obligation_id, court_code, case_number, ground, decided_on, start_at, term_end_at, position
FROM listing WHERE obligation_id = $1 AND ended_at IS NULL ORDER BY listing_id;

-- name: obligation_orders
-- The orders that rest on the obligation and have not ended.
SELECT order_id, subject_id, obligation_id, court_code, case_number, listing_id, decided_on, period_end_at, position
FROM consumption_order WHERE obligation_id = $1 AND ended_at IS NULL ORDER BY order_id;

-- name: subject_listings
-- The subject's listings that have not ended by an act; a term may be past.
SELECT listing_id, subject_id, obligation_id, court_code, case_number, ground, decided_on, start_at, term_end_at, position
FROM listing WHERE subject_id = $1 AND ended_at IS NULL ORDER BY listing_id;

-- name: subject_orders
-- The subject's orders that have not ended by an act; a period may be past.
SELECT order_id, subject_id, obligation_id, court_code, case_number, listing_id, decided_on, period_end_at, position
FROM consumption_order WHERE subject_id = $1 AND ended_at IS NULL ORDER BY order_id;

-- name: find_listing
-- One listing with what decides whether it can end, and the number of its decision as first entered.
SELECT listing_id, subject_id, obligation_id, court_code, case_number, ground, decided_on, start_at, term_end_at, position,
       coalesce(first_decision_number, decision_number) AS decision_number, text_sealed, ended_at, ended_kind
FROM listing WHERE listing_id = $1;

-- name: last_ended_listing
-- The listing of the subject for the obligation that ended last, with its number as first entered. One whose import was undone (17) never was: its
-- decision may be entered as it should have been.
SELECT coalesce(first_decision_number, decision_number) AS decision_number, ended_at FROM listing
WHERE subject_id = $1 AND obligation_id = $2 AND ended_at IS NOT NULL AND ended_cause <> 17
ORDER BY ended_at DESC, listing_id LIMIT 1;

-- name: last_ended_order
-- The court's order on the subject for the obligation that ended last. One whose import was undone (17) never was.
SELECT order_number, ended_at FROM consumption_order
WHERE subject_id = $1 AND obligation_id = $2 AND court_code = $3 AND ended_at IS NOT NULL AND ended_cause <> 17
ORDER BY ended_at DESC, order_id LIMIT 1;

-- name: find_order
-- One order with what decides whether it can end.
SELECT order_id, subject_id, obligation_id, court_code, case_number, listing_id, decided_on, period_end_at, position, ended_at
FROM consumption_order WHERE order_id = $1;

-- name: listing_orders
-- The orders that came with a listing and have not ended.
SELECT order_id, subject_id, obligation_id, court_code, case_number, listing_id, decided_on, period_end_at, position
FROM consumption_order WHERE listing_id = $1 AND ended_at IS NULL ORDER BY order_id;

-- name: order_items
-- What an order bars.
SELECT items FROM consumption_order WHERE order_id = $1;

-- name: standing_passes
-- Passes of an order that are not withdrawn and not past.
SELECT pass_id, order_id, items, first_on, last_on, start_at, end_at, cause, decision_number
FROM pass WHERE order_id = $1 AND withdrawn_position IS NULL AND end_at > $2 ORDER BY start_at, pass_id;

-- name: find_granted_pass
-- Whether a decision has granted these items of an order for these days, withdrawn since or not.
SELECT EXISTS (
    SELECT FROM pass
    WHERE order_id = $1 AND decision_number = $2 AND items = $3 AND first_on = $4 AND last_on = $5
);

-- name: find_pass
-- One pass by its id.
SELECT pass_id, order_id, withdrawn_position FROM pass WHERE pass_id = $1;

-- name: find_repayment
-- One repayment by its id.
SELECT repayment_id, obligation_id, amount_fen, paid_on, receipt_number, statement_id, reversed_position, position
FROM repayment WHERE repayment_id = $1;

-- name: open_tasks
-- Open decisions on these bases or on the obligation.
SELECT task_id, kind, court_code, basis_id, obligation_id
FROM task
WHERE closed_position IS NULL AND (basis_id = ANY ($1::uuid[]) OR obligation_id = $2)
ORDER BY opened_position, task_id;

-- name: find_task
-- One task by its id, with the subject of the basis that it is about.
SELECT task.task_id, task.kind, task.court_code, task.basis_id, task.obligation_id,
       COALESCE(l.subject_id, o.subject_id) AS subject_id, task.closed_position
FROM task
LEFT JOIN listing AS l ON l.listing_id = task.basis_id
LEFT JOIN consumption_order AS o ON o.order_id = task.basis_id
WHERE task.task_id = $1;

-- name: find_unsettled_ending
-- An ending that a restore lost and no judge has decided on.
SELECT basis_id, measure, subject_id, court_code, task_id, void_from_start, document_id
FROM unsettled_ending WHERE basis_id = $1 AND settled_position IS NULL;

-- name: keep_partner
-- A partner joins, comes back, or asks in other fields or at another address.
INSERT INTO partner (partner_id, name, fields, push_address, position) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (partner_id) DO UPDATE
SET name = excluded.name, fields = excluded.fields, push_address = excluded.push_address,
    retired_position = NULL, position = excluded.position;

-- name: retire_partner
-- Nothing more is pushed to a partner.
UPDATE partner SET retired_position = $2, position = $2 WHERE partner_id = $1 AND retired_position IS NULL;

-- name: insert_rating
-- The official rating of one of a partner's sites.
INSERT INTO rating (partner_id, site_code, stars, first_on, last_on, position) VALUES ($1, $2, $3, $4, $5, $6);

-- name: insert_subject
-- A person or organisation.
INSERT INTO subject (subject_id, kind, facts_sealed, position) VALUES ($1, $2, $3, $4);

-- name: insert_document
-- A document identifies a subject.
INSERT INTO document (document_id, subject_id, kind, issuing_state, number_sealed, bound_position)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: insert_digest
-- A document's digest in one epoch.
INSERT INTO document_digest (epoch, digest, document_id) VALUES ($1, $2, $3);

-- name: unbind_document
-- A document identifies nobody any more.
UPDATE document SET unbound_position = $2 WHERE document_id = $1;

-- name: delete_digests
-- Its digests go, so that the number can be bound to whom it belongs.
DELETE FROM document_digest WHERE document_id = $1;

-- name: insert_obligation
-- An obligation.
INSERT INTO obligation (obligation_id, kind, principal_fen, terms_sealed, position) VALUES ($1, $2, $3, $4, $5);

-- name: change_obligation
-- An obligation has a new state; $2 null leaves its performance as it is.
UPDATE obligation
SET position = $3,
    performed_position = CASE WHEN $2::boolean IS NULL THEN performed_position WHEN $2 THEN $3 END
WHERE obligation_id = $1;

-- name: insert_case
-- A case number of an obligation.
INSERT INTO obligation_case (case_number, obligation_id, court_code, raw, filed_on, position)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: insert_debtor
-- A subject owes an obligation.
INSERT INTO obligation_debtor (obligation_id, subject_id, position) VALUES ($1, $2, $3);

-- name: insert_listing
-- A listing.
INSERT INTO listing (listing_id, subject_id, obligation_id, court_code, case_number, case_number_raw, decision_number,
                     decided_on, ground, start_at, term_end_at, text_sealed, entered_position, position)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13);

-- name: correct_listing
-- A listing's text is replaced, and its decision's number where $2 is not null; the number of before all corrections stays.
UPDATE listing
SET first_decision_number = coalesce(first_decision_number, decision_number),
    decision_number = coalesce($2, decision_number), text_sealed = $3, position = $4
WHERE listing_id = $1;

-- name: end_listing
-- A listing ends, once.
UPDATE listing SET ended_at = $2, ended_kind = $3, ended_cause = $4, position = $5
WHERE listing_id = $1 AND ended_at IS NULL;

-- name: void_listing
-- A listing that was deleted (1) never should have been: the instant of its end stays, its kind and cause do not.
UPDATE listing SET ended_kind = $2, ended_cause = $3, position = $4
WHERE listing_id = $1 AND ended_at IS NOT NULL AND ended_kind = 1;

-- name: insert_order
-- A consumption restriction order.
INSERT INTO consumption_order (order_id, subject_id, obligation_id, court_code, case_number, listing_id, order_number,
                               decided_on, items, start_at, period_end_at, review_at, text_sealed, position)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: end_order
-- An order ends, once.
UPDATE consumption_order SET ended_at = $2, ended_kind = $3, ended_cause = $4, position = $5
WHERE order_id = $1 AND ended_at IS NULL;

-- name: insert_pass
-- Some items of an order are free for some days.
INSERT INTO pass (pass_id, order_id, items, first_on, last_on, start_at, end_at, cause, decision_number, position)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: withdraw_pass
-- They no longer are.
UPDATE pass SET withdrawn_position = $2 WHERE pass_id = $1 AND withdrawn_position IS NULL;

-- name: insert_statement
-- A payoff statement.
INSERT INTO statement (statement_id, obligation_id, sum_fen, good_until, payee_sealed, position)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: insert_repayment
-- Money that came in.
INSERT INTO repayment (repayment_id, obligation_id, amount_fen, paid_on, receipt_number, statement_id, position)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: reverse_repayment
-- Money that had not come in.
UPDATE repayment SET reversed_position = $2 WHERE repayment_id = $1;

-- name: insert_task
-- A decision that a court owes.
INSERT INTO task (task_id, kind, court_code, basis_id, obligation_id, opened_position) VALUES ($1, $2, $3, $4, $5, $6);

-- name: close_task
-- The decision was taken.
UPDATE task SET closed_position = $2 WHERE task_id = $1;

-- name: insert_unsettled_ending
-- An ending that a follower saw and a restore lost. Lost once more after it was settled, it is open again.
INSERT INTO unsettled_ending (basis_id, measure, subject_id, court_code, case_number, reported_by, lost_incarnation,
                              lost_position, task_id, void_from_start, position, document_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (basis_id) DO UPDATE
SET reported_by = excluded.reported_by, lost_incarnation = excluded.lost_incarnation,
    lost_position = excluded.lost_position, task_id = excluded.task_id,
    void_from_start = excluded.void_from_start, document_id = excluded.document_id,
    position = excluded.position, settled_position = NULL;

-- name: settle_ending
-- A judge has decided on it.
UPDATE unsettled_ending SET settled_position = $2 WHERE basis_id = $1;

-- name: await_followers
-- After a restore nobody is refused until every follower has reported.
UPDATE follower SET awaited = true;

-- name: open_epoch
-- Documents are filed under a further key from this position on.
INSERT INTO digest_epoch (epoch, algorithm, key_id, opened_position) VALUES ($1, $2, $3, $4);

-- name: switch_epoch
-- Documents are looked up under it from this position on.
UPDATE digest_epoch SET switched_position = $2
WHERE epoch = $1 AND filled AND switched_position IS NULL AND closed_position IS NULL;

-- name: close_epoch
-- Nothing is filed or looked up under it any more.
UPDATE digest_epoch SET closed_position = $2 WHERE epoch = $1 AND closed_position IS NULL;

-- name: sign_import
-- A president has signed the manifest: the sound rows are entered from now on.
UPDATE import SET state = 5, done_count = 0, signed_by = $2, signed_position = $3, position = $3
WHERE import_id = $1 AND state = 4;

-- name: undo_import
-- A president takes the import back: its listings are revoked from now on.
UPDATE import SET state = 8, done_count = 0, undone_by = $2, position = $3 WHERE import_id = $1 AND state = 6;

-- name: notify_importer
-- A hint to the importer, sent at commit.
SELECT pg_notify('courtlist_import', '');
