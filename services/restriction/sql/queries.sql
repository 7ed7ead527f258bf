-- The query log: statements of asking/query_store.py. Unqualified names fall into the field's schema.

-- name: insert_queries
-- Records of checks that found something; the same record again changes nothing. What was answered counts
-- more than what was decided: a refusal that was recorded too late to be given was none.
INSERT INTO query_log (decision_id, decided_at, partner_id, purpose, product, answer, reason, basis_ids,
                       articles, digest, as_of_incarnation, as_of_position, person_id, reference, epoch)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (decision_id) DO UPDATE
SET answer = EXCLUDED.answer, reason = EXCLUDED.reason
WHERE query_log.answer = 2 AND EXCLUDED.answer <> 2;

-- name: add_counts
-- Counts by day, partner, purpose and answer, added to what is there.
INSERT INTO query_count (day, partner_id, purpose, answer, count)
SELECT * FROM unnest($1::date[], $2::text[], $3::text[], $4::smallint[], $5::bigint[])
ON CONFLICT (day, partner_id, purpose, answer) DO UPDATE
SET count = query_count.count + EXCLUDED.count;

-- name: list_queries
-- Who asked about a document, by its digests, newest first. Records that are still keyed by a closed epoch are found
-- by the document's digest of then, for as long as they are: its key may be gone.
SELECT decision_id, decided_at, partner_id, purpose, product, answer, reason, basis_ids
FROM query_log WHERE digest = ANY ($1::bytea[] || ARRAY(
    SELECT former.digest FROM engine AS e
    JOIN digest AS own ON own.generation = e.generation AND own.digest = ANY ($1::bytea[])
    JOIN digest AS former ON former.generation = own.generation AND former.document_id = own.document_id
))
ORDER BY decided_at DESC, decision_id DESC LIMIT $2;

-- name: read_queries
-- The log after a place in it, oldest first; of one partner, or of all ($1 empty).
SELECT decision_id, decided_at, partner_id, purpose, product, answer, reason, basis_ids
FROM query_log
WHERE ($1::text = '' OR partner_id = $1) AND (decided_at, decision_id) > ($2::timestamptz, $3::uuid)
ORDER BY decided_at, decision_id LIMIT $4;

-- name: read_counts
-- The counts of some days.
SELECT day, partner_id, purpose, answer, count FROM query_count
WHERE day BETWEEN $1 AND $2
ORDER BY day, partner_id, purpose, answer LIMIT $3;

-- name: purge_queries
-- Drop at most $2 records that are older than an instant; returns how many there were.
WITH gone AS (
    DELETE FROM query_log WHERE decision_id = ANY (ARRAY(
        SELECT decision_id FROM query_log WHERE decided_at < $1 ORDER BY decided_at LIMIT $2))
    RETURNING 1
)
SELECT count(*) FROM gone;

-- name: purge_counts
-- Drop at most $2 counts of days before a day; returns how many there were.
WITH gone AS (
    DELETE FROM query_count WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM query_count WHERE day < $1 LIMIT $2))
    RETURNING 1
)
SELECT count(*) FROM gone;
