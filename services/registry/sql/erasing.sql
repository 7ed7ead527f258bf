-- Erasing what time is over for. Of one subject everything goes in one transaction, with the change that says so.

-- name: clock
-- The database's clock.
SELECT transaction_timestamp();

-- name: concern_head
-- Up to which change it is noted whom they concern, and the ledger's head.
SELECT noted.position AS noted, head.position AS head FROM change_concern_head AS noted CROSS JOIN ledger_head AS head;

-- name: unnoted_changes
-- The next changes of which that is not noted.
SELECT position, body FROM change WHERE position > $1 ORDER BY position LIMIT $2;

-- name: note_concerns
-- Records and the changes that concern them.
INSERT INTO change_concern (record_id, position)
SELECT * FROM unnest($1::uuid[], $2::bigint[]) ON CONFLICT DO NOTHING;

-- name: move_concern_head
-- It is noted up to $2, unless another process has moved it.
UPDATE change_concern_head SET position = $2 WHERE position = $1;

-- name: page_of_subjects
-- Subjects after one, each with how its bases end: by an act, by their own instants. One without a basis counts from the
-- change that made it.
SELECT s.subject_id, transaction_timestamp() AS now,
       (SELECT c.recorded_at FROM change AS c WHERE c.position = s.position) AS known_at,
       ARRAY(
           SELECT ROW(l.ended_at, l.term_end_at) FROM listing AS l WHERE l.subject_id = s.subject_id
           UNION ALL
           SELECT ROW(o.ended_at, o.period_end_at) FROM consumption_order AS o WHERE o.subject_id = s.subject_id
       ) AS bases
FROM subject AS s WHERE s.subject_id > $1 ORDER BY s.subject_id LIMIT $2;

-- name: hold_subject
-- A subject, held until it is gone: acts on the same subject wait, and find it gone.
SELECT s.subject_id FROM subject AS s WHERE s.subject_id = $1 FOR UPDATE;

-- name: hold_obligations
-- What the subject owes, or what was ordered for, held in the order of ids as by every act.
SELECT o.obligation_id FROM obligation AS o
WHERE o.obligation_id IN (
    SELECT d.obligation_id FROM obligation_debtor AS d WHERE d.subject_id = $1
    UNION SELECT l.obligation_id FROM listing AS l WHERE l.subject_id = $1
    UNION SELECT b.obligation_id FROM consumption_order AS b WHERE b.subject_id = $1
)
ORDER BY o.obligation_id FOR UPDATE;

-- name: look_at
-- As page_of_subjects, of one subject that is held, with what keeps it all the same: a decision that a court owes, an
-- ending that a restore lost, a restore on which not everybody has reported, a binding that waits for a second person
-- for less than $2, an import at one of its courts that is being entered or undone.
WITH basis AS MATERIALIZED (
    SELECT l.listing_id AS basis_id, l.obligation_id, l.court_code, l.ended_at, l.term_end_at AS end_at
    FROM listing AS l WHERE l.subject_id = $1
    UNION ALL
    SELECT o.order_id, o.obligation_id, o.court_code, o.ended_at, o.period_end_at
    FROM consumption_order AS o WHERE o.subject_id = $1
)
SELECT transaction_timestamp() AS now,
       (SELECT c.recorded_at FROM subject AS s JOIN change AS c USING (position) WHERE s.subject_id = $1) AS known_at,
       ARRAY(SELECT ROW(b.ended_at, b.end_at) FROM basis AS b) AS bases,
       EXISTS (
           SELECT FROM task AS t
           WHERE t.closed_position IS NULL AND t.basis_id = ANY (ARRAY(SELECT b.basis_id FROM basis AS b))
       ) OR EXISTS (
           SELECT FROM task AS t
           WHERE t.closed_position IS NULL AND t.obligation_id = ANY (ARRAY(SELECT b.obligation_id FROM basis AS b))
       ) AS has_open_task,
       EXISTS (
           SELECT FROM unsettled_ending AS u
           WHERE u.settled_position IS NULL AND u.basis_id = ANY (ARRAY(SELECT b.basis_id FROM basis AS b))
       ) AS is_unsettled,
       EXISTS (SELECT FROM follower AS f WHERE f.awaited) AS is_restored,
       EXISTS (
           SELECT FROM binding_preparation AS p
           WHERE p.subject_id = $1 AND p.used_position IS NULL AND p.prepared_at > transaction_timestamp() - $2::interval
       ) AS is_being_bound,
       EXISTS (
           SELECT FROM import AS i WHERE i.state IN (5, 8) AND i.court_code IN (SELECT b.court_code FROM basis AS b)
       ) AS is_imported;

-- name: erase_preparations
-- Bindings that waited for a second person.
DELETE FROM binding_preparation WHERE subject_id = $1;

-- name: erase_documents
-- Documents, bound or not, their digests of every epoch, and the names that came with them.
WITH documents AS MATERIALIZED (
    SELECT d.document_id FROM document AS d WHERE d.subject_id = $1
), digests AS (
    DELETE FROM document_digest WHERE document_id = ANY (ARRAY(SELECT document_id FROM documents))
), names AS (
    DELETE FROM misfit_name WHERE document_id = ANY (ARRAY(SELECT document_id FROM documents))
)
DELETE FROM document WHERE subject_id = $1;

-- name: erase_bases
-- Listings and orders with their passes, and what courts had to decide on them; returns the ids of all of these.
WITH orders AS (
    DELETE FROM consumption_order WHERE subject_id = $1 RETURNING order_id
), listings AS (
    DELETE FROM listing WHERE subject_id = $1 RETURNING listing_id
), bases AS MATERIALIZED (
    SELECT order_id AS basis_id FROM orders UNION ALL SELECT listing_id FROM listings
), passes AS (
    DELETE FROM pass WHERE order_id = ANY (ARRAY(SELECT basis_id FROM bases))
), tasks AS (
    DELETE FROM task WHERE basis_id = ANY (ARRAY(SELECT basis_id FROM bases)) RETURNING task_id
), lost AS (
    DELETE FROM unsettled_ending WHERE basis_id = ANY (ARRAY(SELECT basis_id FROM bases))
)
SELECT basis_id AS record_id FROM bases UNION ALL SELECT task_id FROM tasks;

-- name: erase_debts
-- What the subject owed; of the obligations $2 returns those that nobody owes any more and nothing rests on.
WITH debts AS (
    DELETE FROM obligation_debtor WHERE subject_id = $1
)
SELECT o.obligation_id FROM obligation AS o
WHERE o.obligation_id = ANY ($2::uuid[])
  AND NOT EXISTS (SELECT FROM obligation_debtor AS d WHERE d.obligation_id = o.obligation_id AND d.subject_id <> $1)
  AND NOT EXISTS (SELECT FROM listing AS l WHERE l.obligation_id = o.obligation_id)
  AND NOT EXISTS (SELECT FROM consumption_order AS b WHERE b.obligation_id = o.obligation_id);

-- name: erase_obligations
-- Obligations with their cases, statements, repayments and tasks; returns the ids of the tasks.
WITH payments AS (
    DELETE FROM repayment WHERE obligation_id = ANY ($1::uuid[])
), statements AS (
    DELETE FROM statement WHERE obligation_id = ANY ($1::uuid[])
), cases AS (
    DELETE FROM obligation_case WHERE obligation_id = ANY ($1::uuid[])
), tasks AS (
    DELETE FROM task WHERE obligation_id = ANY ($1::uuid[]) RETURNING task_id
), obligations AS (
    DELETE FROM obligation WHERE obligation_id = ANY ($1::uuid[])
)
SELECT task_id AS record_id FROM tasks;

-- name: erase_subject
-- The subject itself, and nothing refers to it any more.
DELETE FROM subject WHERE subject_id = $1;

-- name: erase_facts
-- Salt and facts of every change that concerns these records and no other that is kept, and the answers that were kept
-- for it; an id that was used stays used. Returns how many facts there were.
WITH gone AS (
    DELETE FROM change_concern WHERE record_id = ANY ($1::uuid[]) RETURNING position
), free AS MATERIALIZED (
    SELECT DISTINCT gone.position FROM gone
    WHERE NOT EXISTS (
        SELECT FROM change_concern AS other
        WHERE other.position = gone.position AND other.record_id <> ALL ($1::uuid[])
    )
), answers AS (
    UPDATE request SET fingerprint = '', reply_sealed = NULL
    WHERE reply_sealed IS NOT NULL AND position = ANY (ARRAY(SELECT position FROM free))
), facts AS (
    DELETE FROM change_facts WHERE position = ANY (ARRAY(SELECT position FROM free)) RETURNING 1
)
SELECT count(*) FROM facts;

-- name: count_erased
-- So many changes' facts more are gone; the caller holds the head.
UPDATE ledger_head SET facts_erased = facts_erased + $1;

-- name: forget_preparations
-- Bindings that have waited for longer than $1, done or not: nobody can do them any more. At most $2.
DELETE FROM binding_preparation WHERE preparation_id = ANY (ARRAY(
    SELECT p.preparation_id FROM binding_preparation AS p
    WHERE p.prepared_at < transaction_timestamp() - $1::interval ORDER BY p.prepared_at LIMIT $2
));

-- name: forget_file_names
-- What the files of imports were called that are over and were begun before $1.
UPDATE import SET file_name_sealed = NULL
WHERE file_name_sealed IS NOT NULL AND state IN (6, 7, 9) AND begun_at < $1;

-- name: forget_answers
-- Of the $2 oldest answers that are kept for repeated requests, those to acts from before $1; an id that was used stays
-- used.
UPDATE request SET fingerprint = '', reply_sealed = NULL
WHERE request_id = ANY (ARRAY(
    SELECT old.request_id
    FROM (
        SELECT r.request_id, r.position FROM request AS r WHERE r.reply_sealed IS NOT NULL ORDER BY r.position LIMIT $2
    ) AS old
    JOIN change AS c ON c.position = old.position WHERE c.recorded_at < $1
));

-- name: overdue_imports
-- At most $2 imports that have stood still since before $1: entered ones with rows that wait to be completed, and those
-- that nobody has signed.
SELECT import_id FROM import
WHERE moved_at < $1 AND (state IN (1, 3, 4) OR state = 6 AND expired_at IS NULL AND counts[3] + counts[4] > 0)
ORDER BY moved_at LIMIT $2;

-- name: hold_overdue
-- One of them, if it still is one, held until what waits is erased: a row that is being completed comes first.
SELECT state, counts[3] + counts[4] AS waiting FROM import
WHERE import_id = $1 AND moved_at < $2 AND (state IN (1, 3, 4) OR state = 6 AND expired_at IS NULL)
FOR UPDATE;

-- name: expire_records
-- What the file says of persons.
UPDATE import_chunk SET records_sealed = NULL, papers_sealed = NULL, hashes = NULL, debtor_keys = NULL WHERE import_id = $1;

-- name: expire_sample
-- What the sample says of them.
UPDATE import_sample SET fields_sealed = NULL WHERE import_id = $1 AND fields_sealed IS NOT NULL;

-- name: expire_completions
-- What clerks have added.
UPDATE import_row SET completed_by = NULL, completion_sealed = NULL WHERE import_id = $1 AND completed_by IS NOT NULL;

-- name: expire_import
-- What nobody has signed is abandoned (7). Since when the import stands still is kept.
UPDATE import
SET expired_at = transaction_timestamp(), state = CASE WHEN state = 6 THEN 6 ELSE 7 END,
    stalled_error_id = NULL, stalled_until = NULL, stalled_count = 0
WHERE import_id = $1;

-- name: forget_drawn
-- Whom the samples of imports named that have stood still since before $1.
UPDATE import_sample AS s SET debtor_keys = NULL FROM import AS i
WHERE i.import_id = s.import_id AND s.debtor_keys IS NOT NULL AND i.moved_at < $1 AND i.state IN (6, 7, 9);
