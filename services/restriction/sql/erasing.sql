-- What is held of subjects that the ledger says are erased. Every statement but the last takes the generation first.
--
-- What was witnessed stays: it names nobody, and protects the person where the ledger is restored from before the
-- ending. So does the query log, to the end of its own time: by it the person concerned is told who asked.

-- name: end_erased
-- Whatever stood against erased subjects ends where they were erased: a period may be past that no act has ended.
UPDATE basis SET ended_position = one.position
FROM unnest($2::text[], $3::bigint[]) AS one (subject_id, position)
WHERE basis.generation = $1 AND basis.subject_id = one.subject_id AND basis.ended_position IS NULL;

-- name: erase_documents
-- Documents of some subjects and their digests; returns the digests.
WITH gone AS (
    DELETE FROM binding WHERE generation = $1 AND subject_id = ANY ($2::text[]) RETURNING document_id
)
DELETE FROM digest WHERE generation = $1 AND document_id = ANY (ARRAY(SELECT document_id FROM gone))
RETURNING epoch, digest, live;

-- name: erase_bases
-- Bases of some subjects, their tombstones and their passes; returns the bases.
WITH gone AS (
    DELETE FROM basis WHERE generation = $1 AND subject_id = ANY ($2::text[]) RETURNING basis_id
), passes AS (
    DELETE FROM pass WHERE generation = $1 AND order_id = ANY (ARRAY(SELECT basis_id FROM gone))
)
SELECT basis_id FROM gone;

-- name: erase_deliveries
-- What partners were sent of some bases. The steps stay, for their numbers have no gap: each is a lift of a restriction
-- that is told of by its id alone.
WITH steps AS (
    UPDATE delivery
    SET digests = '{}', items = 0, start_at = NULL, end_at = NULL, case_number = '', order_number = '',
        court_name = '', court_contact = '', performed_at = NULL
    WHERE restriction_id = ANY ($1::text[])
), waiting AS (
    DELETE FROM pending_start WHERE basis_id = ANY ($1::text[])
)
UPDATE delivered SET content = '' WHERE restriction_id = ANY ($1::text[]);
