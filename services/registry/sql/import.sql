-- Imports: staging, checking, entering and undoing (registry/importing).

-- name: begin_import
-- Open an import. No row when the court has begun one with the same file.
INSERT INTO import (import_id, court_code, state, format, file_name_sealed, file_sha256, record_count)
VALUES ($1, $2, 1, $3, $4, $5, $6)
ON CONFLICT (court_code, file_sha256) WHERE state NOT IN (7, 9) DO NOTHING
RETURNING import_id;

-- name: find_same_file
-- The court's import of this file.
SELECT import_id, format, record_count FROM import
WHERE court_code = $1 AND file_sha256 = $2 AND state NOT IN (7, 9);

-- name: court
-- The court's name and, if it is set, its go-live day.
SELECT name, go_live_on FROM court WHERE court_code = $1;

-- name: imports
-- Imports by their ids, with what became of their rows.
SELECT
    i.import_id, i.court_code, i.state, i.format, i.file_name_sealed, i.file_sha256, i.record_count, i.staged_count,
    i.done_count, i.records_sha256, i.manifest_hash, i.prepared_by, i.approved_by, i.signed_by, i.begun_at,
    i.position, h.incarnation, i.stalled_error_id, i.expired_at,
    i.counts,
    (SELECT count(*) FROM import_sample s WHERE s.import_id = i.import_id) AS sample_count
FROM import i
CROSS JOIN ledger_head h
WHERE i.import_id = ANY ($1::uuid[]);

-- name: newest_imports
-- The court's imports, newest first, after the one with this instant and id.
SELECT import_id, begun_at FROM import
WHERE court_code = $1 AND ($2::timestamptz IS NULL OR (begun_at, import_id) < ($2, $3::uuid))
ORDER BY begun_at DESC, import_id DESC
LIMIT $4;

-- name: hold_import
-- Hold an import until commit.
SELECT import_id, court_code, state, format, record_count, staged_count, staged_by, records_sha256,
       manifest_hash, prepared_by, approved_by, signed_by, signed_position, expired_at
FROM import WHERE import_id = $1 FOR UPDATE;

-- name: find_import
-- An import as it is now.
SELECT import_id, court_code, state, format, record_count, staged_count, staged_by, records_sha256,
       manifest_hash, prepared_by, approved_by, signed_by, signed_position, expired_at
FROM import WHERE import_id = $1;

-- name: insert_chunk
-- Records as they were handed in.
INSERT INTO import_chunk (import_id, first_record, record_count, records_sealed) VALUES ($1, $2, $3, $4);

-- name: count_staged
-- So many records are there, the last of them from $3.
UPDATE import
SET staged_count = $2, moved_at = clock_timestamp(),
    staged_by = CASE WHEN $3 = ANY (staged_by) THEN staged_by ELSE staged_by || $3::text END
WHERE import_id = $1;

-- name: prepare_import
-- The file is whole: check it.
UPDATE import SET state = 2, prepared_by = $2, moved_at = clock_timestamp() WHERE import_id = $1;

-- name: approve_import
-- A second person has read the sample back.
UPDATE import SET state = 4, approved_by = $2, moved_at = clock_timestamp() WHERE import_id = $1;

-- name: abandon_import
-- Nothing takes effect.
UPDATE import
SET state = 7, moved_at = clock_timestamp(), stalled_error_id = NULL, stalled_until = NULL, stalled_count = 0
WHERE import_id = $1;

-- name: erase_chunks
-- What the file says of persons goes.
UPDATE import_chunk SET records_sealed = NULL, papers_sealed = NULL, hashes = NULL, debtor_keys = NULL WHERE import_id = $1;

-- name: erase_sample
-- What the sample says of persons goes. Whom it named is kept as keyed hashes: they are read back again.
UPDATE import_sample SET fields_sealed = NULL WHERE import_id = $1;

-- name: wake_importer
-- A hint to the importer, sent at commit.
SELECT pg_notify('courtlist_import', '');

-- name: rows
-- Rows with their outcomes, in order.
SELECT row_number, line, outcome, problems::text AS problems, listing_id, completed_by
FROM import_row
WHERE import_id = $1 AND row_number > $2 AND ($4::smallint IS NULL OR outcome = $4)
ORDER BY row_number LIMIT $3;

-- name: debts_of_debtors
-- What these listings' debtors are listed for by this court, where it is more than one debt. A listing whose import was
-- undone (17) never was.
SELECT l.subject_id, l.listing_id, l.obligation_id, l.decided_on, o.principal_fen, o.terms_sealed
FROM listing AS l JOIN obligation AS o ON o.obligation_id = l.obligation_id
WHERE l.court_code = $1 AND l.ended_cause IS DISTINCT FROM 17 AND l.subject_id IN (
    SELECT one.subject_id FROM listing AS one
    JOIN listing AS other ON other.subject_id = one.subject_id AND other.obligation_id <> one.obligation_id
    WHERE one.listing_id = ANY ($2::uuid[]) AND other.court_code = $1
)
ORDER BY l.listing_id;

-- name: sample
-- The rows to be read back.
SELECT row_number, fields_sealed FROM import_sample WHERE import_id = $1 AND row_number > $2 ORDER BY row_number LIMIT $3;

-- name: chunk_of_record
-- The chunk that holds a record.
SELECT first_record, record_count, records_sealed FROM import_chunk
WHERE import_id = $1 AND first_record <= $2 AND first_record + record_count > $2
ORDER BY first_record DESC LIMIT 1;

-- name: hold_row
-- One row, held until commit.
SELECT row_number, line, outcome, problems::text AS problems, listing_id, completed_by, completion_sealed
FROM import_row WHERE import_id = $1 AND row_number = $2 FOR UPDATE;

-- name: complete_row
-- What a clerk adds to a row, until a second person has approved it.
UPDATE import_row SET completed_by = $3, completion_sealed = $4 WHERE import_id = $1 AND row_number = $2;

-- name: settle_row
-- What became of a row that was completed and approved.
UPDATE import_row
SET outcome = $3, problems = $4::jsonb, listing_id = $5, completed_by = NULL, completion_sealed = NULL
WHERE import_id = $1 AND row_number = $2;

-- name: next_at_work
-- The import that has waited longest for the importer. What is taken back (8) goes first: persons are restricted
-- meanwhile who should not be. Then what is signed. What could not go on waits for its next try.
SELECT import_id, court_code, state, format, record_count, staged_count, staged_by, records_sha256,
       manifest_hash, prepared_by, approved_by, signed_by, signed_position, expired_at
FROM import
WHERE state IN (2, 5, 8) AND (stalled_until IS NULL OR stalled_until <= clock_timestamp())
ORDER BY state <> 8, state = 2, begun_at LIMIT 1;

-- name: set_aside
-- An import cannot go on: it keeps its first error's id, and is tried again after a minute, doubled for each try in
-- vain up to $4 times; what is taken back (8), after a minute each time.
UPDATE import
SET stalled_error_id = coalesce(stalled_error_id, $3), stalled_count = stalled_count + 1,
    stalled_until = clock_timestamp()
        + CASE WHEN state = 8 THEN 1 ELSE least(60, 2 ^ least(stalled_count, $4::integer)) END * interval '1 minute'
WHERE import_id = $1 AND state = $2
RETURNING stalled_error_id, stalled_count;

-- name: went_on
-- An import has gone on.
UPDATE import SET stalled_error_id = NULL, stalled_until = NULL, stalled_count = 0
WHERE import_id = $1 AND stalled_error_id IS NOT NULL;

-- name: try_to_lead
-- One importer works at a time. The lock lives as long as its connection.
SELECT pg_try_advisory_lock(hashtext('courtlist.import'));

-- name: stop_leading
-- Let another importer work.
SELECT pg_advisory_unlock(hashtext('courtlist.import'));

-- name: still_leads
-- Whether this connection, and the lock with it, is there.
SELECT true;

-- name: unchecked_chunks
-- Chunks that are to be checked, in order.
SELECT first_record, record_count, records_sealed FROM import_chunk
WHERE import_id = $1 AND NOT checked AND first_record > $2
ORDER BY first_record LIMIT $3;

-- name: first_chunk
-- The chunk that holds the header of a CSV file.
SELECT first_record, record_count, records_sealed FROM import_chunk WHERE import_id = $1 AND first_record = 1;

-- name: keep_check
-- A chunk is checked. No row when it was before.
UPDATE import_chunk SET checked = true, hashes = $3, papers_sealed = $4, debtor_keys = $5
WHERE import_id = $1 AND first_record = $2 AND NOT checked
RETURNING first_record;

-- name: count_checked
-- So many more rows are checked. No row when the import was abandoned meanwhile.
UPDATE import
SET done_count = done_count + $2,
    counts = ARRAY(SELECT have + more FROM unnest(counts, $3::bigint[]) WITH ORDINALITY AS n (have, more, place) ORDER BY place)
WHERE import_id = $1 AND state = 2 RETURNING state;

-- name: hashed_chunks
-- Chunks with the hashes of their records, in order.
SELECT first_record, hashes FROM import_chunk
WHERE import_id = $1 AND first_record > $2 ORDER BY first_record LIMIT $3;

-- name: file_hash
-- The hash of the file as it was announced.
SELECT file_sha256 FROM import WHERE import_id = $1;

-- name: outcomes
-- Outcomes of all rows, in order.
SELECT row_number, outcome FROM import_row WHERE import_id = $1 AND row_number > $2 ORDER BY row_number LIMIT $3;

-- name: drawn_before
-- Whom rows named that were drawn in other imports of the court, of which nothing has taken effect, or nothing was left.
SELECT s.debtor_keys FROM import_sample AS s JOIN import AS i ON i.import_id = s.import_id
WHERE i.court_code = $1 AND i.import_id <> $2 AND i.state IN (3, 4, 7, 8, 9) AND s.debtor_keys IS NOT NULL;

-- name: keyed_chunks
-- Chunks with whom their sound rows name, in order.
SELECT first_record, debtor_keys FROM import_chunk
WHERE import_id = $1 AND first_record > $2 AND debtor_keys IS NOT NULL ORDER BY first_record LIMIT $3;

-- name: insert_sample
-- The rows to be read back.
INSERT INTO import_sample (import_id, row_number, fields_sealed, debtor_keys)
SELECT $1, n.row_number, n.fields_sealed, n.debtor_keys
FROM unnest($2::bigint[], $3::bytea[], $4::bytea[]) AS n (row_number, fields_sealed, debtor_keys);

-- name: keep_manifest
-- Every row is checked: the manifest is whole. No row when the import was abandoned meanwhile.
UPDATE import SET state = 3, done_count = 0, moved_at = clock_timestamp(), records_sha256 = $2, manifest_hash = $3
WHERE import_id = $1 AND state = 2 RETURNING state;

-- name: drop_hashes
-- The manifest holds them now.
UPDATE import_chunk SET hashes = NULL, debtor_keys = NULL WHERE import_id = $1 AND hashes IS NOT NULL;

-- name: unentered_chunks
-- Chunks with sound rows that are not entered yet, in order.
SELECT first_record, record_count, papers_sealed FROM import_chunk
WHERE import_id = $1 AND papers_sealed IS NOT NULL AND first_record > $2
ORDER BY first_record LIMIT $3;

-- name: sound_rows
-- The rows of a span that wait to be entered.
SELECT row_number FROM import_row
WHERE import_id = $1 AND row_number BETWEEN $2 AND $3 AND outcome = 6
ORDER BY row_number;

-- name: drop_papers
-- Papers of chunks whose sound rows have all been entered; $3 is by how much a row's number is below its record's.
UPDATE import_chunk AS c SET papers_sealed = NULL
WHERE c.import_id = $1 AND c.first_record = ANY ($2::bigint[]) AND NOT EXISTS (
    SELECT FROM import_row r
    WHERE r.import_id = c.import_id AND r.outcome = 6
      AND r.row_number BETWEEN c.first_record - $3 AND c.first_record - $3 + c.record_count - 1
);

-- name: settle_sound_rows
-- What became of sound rows, from the first to the last of them. A row that another importer has settled is left,
-- and missed in the count.
UPDATE import_row AS r
SET outcome = n.outcome, problems = n.problems::jsonb, listing_id = n.listing_id
FROM unnest($2::bigint[], $3::smallint[], $4::text[], $5::uuid[]) AS n (row_number, outcome, problems, listing_id)
WHERE r.import_id = $1 AND r.row_number BETWEEN $6 AND $7 AND r.row_number = n.row_number AND r.outcome = 6;

-- name: count_entered
-- So many more rows are entered, left or refused; $3 is the newest change, if there is one, $4 what the outcomes
-- gain and lose.
UPDATE import
SET done_count = done_count + $2, position = coalesce($3, position),
    counts = ARRAY(SELECT have + more FROM unnest(counts, $4::bigint[]) WITH ORDINALITY AS n (have, more, place) ORDER BY place)
WHERE import_id = $1;

-- name: erase_completions
-- What clerks added to rows goes.
UPDATE import_row SET completed_by = NULL, completion_sealed = NULL
WHERE import_id = $1 AND completed_by IS NOT NULL;

-- name: chunks_of_records
-- The chunks that hold these records, in order.
SELECT first_record, record_count, records_sealed FROM import_chunk c
WHERE import_id = $1 AND first_record > $3 AND EXISTS (
    SELECT FROM unnest($2::bigint[]) AS n (number)
    WHERE n.number >= c.first_record AND n.number < c.first_record + c.record_count
)
ORDER BY first_record LIMIT $4;

-- name: any_needy_row
-- Whether any row can still be completed.
SELECT EXISTS (SELECT FROM import_row WHERE import_id = $1 AND outcome IN (3, 4));

-- name: needy_rows
-- Rows of a span that can still be completed.
SELECT row_number FROM import_row
WHERE import_id = $1 AND row_number BETWEEN $2 AND $3 AND outcome IN (3, 4);

-- name: all_chunks
-- Chunks that hold records, in order.
SELECT first_record, record_count, records_sealed FROM import_chunk
WHERE import_id = $1 AND first_record > $2 AND records_sealed IS NOT NULL
ORDER BY first_record LIMIT $3;

-- name: keep_records
-- What of a chunk is still needed.
UPDATE import_chunk SET records_sealed = $3 WHERE import_id = $1 AND first_record = $2;

-- name: finish_import
-- An import has come to the end of its present state.
UPDATE import SET state = $3, moved_at = clock_timestamp() WHERE import_id = $1 AND state = $2;

-- name: begin_batch
-- The database's clock, the same through the transaction. Tables grow by millions while one plan is kept: no plan
-- of theirs may read a table through that was small when it was made.
SELECT transaction_timestamp(), set_config('plan_cache_mode', 'force_custom_plan', true),
       set_config('enable_seqscan', 'off', true);

-- name: find_owners
-- The subjects to whom the documents behind these digests are bound.
SELECT d.epoch, d.digest, doc.subject_id
FROM unnest($1::integer[], $2::bytea[]) AS asked (epoch, digest)
JOIN document_digest AS d ON d.epoch = asked.epoch AND d.digest = asked.digest
JOIN document AS doc ON doc.document_id = d.document_id;

-- name: find_cases
-- The obligations that case numbers belong to.
SELECT case_number, obligation_id, court_code FROM obligation_case WHERE case_number = ANY ($1::text[]);

-- name: lock_subjects
-- Hold subjects, in the order of their ids.
SELECT subject_id, kind, facts_sealed, position FROM subject
WHERE subject_id = ANY ($1::uuid[]) ORDER BY subject_id FOR UPDATE;

-- name: lock_obligations
-- Hold obligations, in the order of their ids, with the sum that each began with and what is left of it.
SELECT o.obligation_id, o.kind, o.performed_position, o.principal_fen,
       o.principal_fen - (
           SELECT coalesce(sum(r.amount_fen), 0)::bigint FROM repayment r
           WHERE r.obligation_id = o.obligation_id AND r.reversed_position IS NULL
       ) AS left_fen
FROM obligation o
WHERE o.obligation_id = ANY ($1::uuid[]) ORDER BY o.obligation_id FOR UPDATE OF o;

-- name: documents_of_subjects
-- The documents bound to subjects.
SELECT subject_id, document_id, kind, issuing_state, number_sealed FROM document
WHERE subject_id = ANY ($1::uuid[]) AND unbound_position IS NULL;

-- name: debtors_of_obligations
-- Who owes obligations.
SELECT obligation_id, subject_id FROM obligation_debtor WHERE obligation_id = ANY ($1::uuid[]);

-- name: listings_of_subjects
-- Every listing that subjects have or had; of one that has ended, the decision's number as first entered.
SELECT listing_id, subject_id, obligation_id, court_code, case_number, ground, decided_on, start_at, term_end_at,
       position, CASE WHEN ended_at IS NULL THEN decision_number
                      ELSE coalesce(first_decision_number, decision_number) END AS decision_number,
       ended_at, ended_cause
FROM listing WHERE subject_id = ANY ($1::uuid[])
ORDER BY ended_at NULLS FIRST, listing_id;

-- name: orders_of_subjects
-- Every order on subjects for obligations.
SELECT order_id, subject_id, obligation_id, court_code, case_number, listing_id, decided_on, period_end_at,
       position, order_number, ended_at, ended_cause
FROM consumption_order
WHERE obligation_id = ANY ($1::uuid[]) AND subject_id = ANY ($2::uuid[])
ORDER BY ended_at NULLS FIRST, order_id;

-- name: unsettled_of_bases
-- Which of these endings a restore lost and no judge has decided on.
SELECT basis_id FROM unsettled_ending WHERE settled_position IS NULL AND basis_id = ANY ($1::uuid[]);

-- name: passes_on_bases
-- Orders of which a court has left something free for days that are not past.
SELECT DISTINCT order_id FROM pass
WHERE order_id = ANY ($1::uuid[]) AND withdrawn_position IS NULL AND end_at > transaction_timestamp();

-- name: tasks_on_bases
-- Open decisions on these bases.
SELECT task_id, basis_id FROM task
WHERE closed_position IS NULL AND basis_id = ANY ($1::uuid[]) ORDER BY opened_position, task_id;

-- name: void_obligations
-- Those of these obligations that are left of an import that was undone ($2): nothing else ever rested on them, nothing
-- was paid, and nobody was told what to pay.
SELECT b.obligation_id FROM unnest($1::uuid[]) AS b (obligation_id)
WHERE EXISTS (SELECT FROM listing l WHERE l.obligation_id = b.obligation_id AND l.ended_cause = $2)
  AND NOT EXISTS (SELECT FROM listing l
                  WHERE l.obligation_id = b.obligation_id AND l.ended_cause IS DISTINCT FROM $2::smallint)
  AND NOT EXISTS (SELECT FROM consumption_order o
                  WHERE o.obligation_id = b.obligation_id AND o.ended_cause IS DISTINCT FROM $2::smallint)
  AND NOT EXISTS (SELECT FROM repayment r WHERE r.obligation_id = b.obligation_id)
  AND NOT EXISTS (SELECT FROM statement p WHERE p.obligation_id = b.obligation_id);

-- name: hold_head
-- Hold the ledger's head until commit, as every act does. The clock is read under the lock. References are checked
-- row by row from here on: planning each check anew would cost more than the check.
SELECT incarnation, position, hash, clock_timestamp() AS now, set_config('plan_cache_mode', 'auto', true)
FROM ledger_head FOR UPDATE;

-- name: move_head
-- The head is the last change appended; a hint goes to waiting readers at commit.
WITH moved AS (UPDATE ledger_head SET position = $1, hash = $2)
SELECT pg_notify('courtlist_change', $1::text);

-- name: move_obligations
-- Obligations have further debtors: each moves to the newest change on it.
UPDATE obligation AS o SET position = n.position
FROM unnest($1::uuid[], $2::bigint[]) AS n (obligation_id, position)
WHERE o.obligation_id = n.obligation_id;

-- name: renew_obligations
-- Obligations that an undone import left behind are what another file says of them.
UPDATE obligation AS o
SET kind = n.kind, principal_fen = n.principal_fen, terms_sealed = n.terms_sealed, position = n.position
FROM unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::bytea[], $5::bigint[])
    AS n (obligation_id, kind, principal_fen, terms_sealed, position)
WHERE o.obligation_id = n.obligation_id;

-- name: awaiting_the_head
-- How many acts wait for this transaction to give the ledger's head back.
SELECT count(*) FROM pg_locks
WHERE locktype = 'transactionid' AND NOT granted AND transactionid = pg_current_xact_id()::xid;

-- name: entered_rows
-- Rows that an import entered, in order, with the debtor and the obligation of each listing.
SELECT r.row_number, r.listing_id, l.subject_id, l.obligation_id FROM import_row r
JOIN listing l ON l.listing_id = r.listing_id
WHERE r.import_id = $1 AND r.outcome = 1 AND r.row_number > $2
ORDER BY r.row_number LIMIT $3;

-- name: standing_listings
-- Those of these listings that no act has ended.
SELECT listing_id, subject_id, obligation_id, court_code, case_number, ground, decided_on, start_at, term_end_at, position
FROM listing WHERE listing_id = ANY ($1::uuid[]) AND ended_at IS NULL ORDER BY listing_id;

-- name: standing_orders
-- The orders that came with these listings and that no act has ended.
SELECT order_id, subject_id, obligation_id, court_code, case_number, listing_id, decided_on, period_end_at, position
FROM consumption_order WHERE listing_id = ANY ($1::uuid[]) AND ended_at IS NULL ORDER BY order_id;

-- name: unsettled_endings
-- The endings of these bases that a restore lost and no judge has decided on.
SELECT basis_id, measure, subject_id, court_code, task_id, void_from_start FROM unsettled_ending
WHERE settled_position IS NULL AND basis_id = ANY ($1::uuid[]);

-- name: end_listings
-- Listings end, each at its position.
UPDATE listing AS l
SET ended_at = n.ended_at, ended_kind = n.kind, ended_cause = n.cause, position = n.position
FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::smallint[], $5::smallint[])
    AS n (listing_id, position, ended_at, kind, cause)
WHERE l.listing_id = n.listing_id AND l.ended_at IS NULL;

-- name: end_orders
-- Orders end, each at its position.
UPDATE consumption_order AS o
SET ended_at = n.ended_at, ended_kind = n.kind, ended_cause = n.cause, position = n.position
FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::smallint[], $5::smallint[])
    AS n (order_id, position, ended_at, kind, cause)
WHERE o.order_id = n.order_id AND o.ended_at IS NULL;

-- name: close_tasks
-- Decisions were taken, each at its position.
UPDATE task AS t SET closed_position = n.position
FROM unnest($1::uuid[], $2::bigint[]) AS n (task_id, position)
WHERE t.task_id = n.task_id;

-- name: documents_told
-- Documents that nothing but an import that is taken back says of these persons, whom a court had listed or restricted
-- before it and has not since. $2: the listings that are revoked now; $3: how an undone import ends what it brought.
SELECT d.document_id, d.subject_id FROM document d
WHERE d.subject_id = ANY ($1::uuid[]) AND d.unbound_position IS NULL
  AND EXISTS (SELECT FROM listing l
              WHERE l.subject_id = d.subject_id AND l.entered_position = d.bound_position
                AND (l.listing_id = ANY ($2::uuid[]) OR l.ended_cause = $3))
  AND (SELECT count(*) > 0 AND bool_and(other.position <= d.bound_position) FROM (
           SELECT l.entered_position AS position FROM listing l
           WHERE l.subject_id = d.subject_id AND l.listing_id <> ALL ($2::uuid[])
             AND l.ended_cause IS DISTINCT FROM $3::smallint
           UNION ALL
           SELECT o.position FROM consumption_order o
           WHERE o.subject_id = d.subject_id AND o.listing_id IS NULL
       ) AS other);

-- name: unbind_documents
-- Documents identify nobody any more, each from its position on.
UPDATE document AS d SET unbound_position = n.position
FROM unnest($1::uuid[], $2::bigint[]) AS n (document_id, position)
WHERE d.document_id = n.document_id AND d.unbound_position IS NULL;

-- name: delete_digests_of
-- Their digests go, so that the numbers can be bound to whom they belong.
DELETE FROM document_digest WHERE document_id = ANY ($1::uuid[]);

-- name: delete_misfits_of
-- And the names that did not fit them.
DELETE FROM misfit_name WHERE document_id = ANY ($1::uuid[]);

-- name: undo_progress
-- Which row the undoing has come to.
SELECT undone_row, undone_by FROM import WHERE import_id = $1;

-- name: move_undone
-- The undoing has come to this row. No row when another importer has moved it.
UPDATE import SET undone_row = $3, done_count = done_count + $4, position = coalesce($5, position)
WHERE import_id = $1 AND state = 8 AND undone_row = $2 RETURNING state;
