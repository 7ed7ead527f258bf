-- name: court_has_case_on
-- Whether a court runs a case on a debt that the subject owes, or has ordered on the subject, who may owe nothing.
SELECT EXISTS (
    SELECT FROM obligation_debtor AS debtor JOIN obligation_case AS debt USING (obligation_id)
    WHERE debtor.subject_id = $1 AND debt.court_code = $2
) OR EXISTS (SELECT FROM consumption_order WHERE subject_id = $1 AND court_code = $2);

-- name: judge_misfit_names
-- A judge has found the document rightly bound whatever these spellings say; nothing to find is no fault.
WITH judged AS (
    UPDATE misfit_name SET judged_position = $2 WHERE task_id = $1 RETURNING 1
)
SELECT count(*) FROM judged;

-- name: delete_misfit_names
-- What was looked into of a document goes with its binding.
DELETE FROM misfit_name WHERE document_id = $1;

-- name: keep_preparation
-- A binding waits for a second person; the same request again finds it there.
INSERT INTO binding_preparation (preparation_id, subject_id, binding_sealed, prepared_by, court_code, prepared_at)
VALUES ($1, $2, $3, $4, $5, transaction_timestamp())
ON CONFLICT (preparation_id) DO NOTHING;

-- name: hold_preparation
-- A prepared binding, held: it is done once.
SELECT subject_id, binding_sealed, prepared_by, court_code, prepared_at, used_position
FROM binding_preparation WHERE preparation_id = $1 FOR UPDATE;

-- name: use_preparation
-- A prepared binding is done.
UPDATE binding_preparation SET used_position = $2 WHERE preparation_id = $1 AND used_position IS NULL;

-- name: void_documents
-- The documents of those of these subjects that are left of an import that was undone: nothing but what it brought ($2)
-- ever rested on them, and no document was bound to them by hand.
SELECT document.document_id, document.subject_id FROM document
WHERE document.subject_id = ANY ($1::uuid[]) AND document.unbound_position IS NULL
  AND EXISTS (SELECT FROM listing l WHERE l.subject_id = document.subject_id AND l.ended_cause = $2)
  AND NOT EXISTS (SELECT FROM listing l
                  WHERE l.subject_id = document.subject_id AND l.ended_cause IS DISTINCT FROM $2::smallint)
  AND NOT EXISTS (SELECT FROM consumption_order o
                  WHERE o.subject_id = document.subject_id AND o.ended_cause IS DISTINCT FROM $2::smallint)
  AND NOT EXISTS (SELECT FROM document d
                  WHERE d.subject_id = document.subject_id AND d.unbound_position IS NULL
                    AND NOT EXISTS (SELECT FROM listing l WHERE l.subject_id = d.subject_id
                                                            AND l.entered_position = d.bound_position));
