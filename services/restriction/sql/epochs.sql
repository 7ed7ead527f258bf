-- Digest epochs of a generation. On `OFFSET 0` see effects.sql.

-- name: upsert_epochs
-- Epochs opened, switched to or closed; each keeps its first position of a kind.
INSERT INTO epoch (generation, epoch, opened_position, switched_position, closed_position)
SELECT $1, * FROM unnest($2::integer[], $3::bigint[], $4::bigint[], $5::bigint[])
ON CONFLICT (generation, epoch) DO UPDATE
SET opened_position = COALESCE(epoch.opened_position, EXCLUDED.opened_position),
    switched_position = COALESCE(epoch.switched_position, EXCLUDED.switched_position),
    closed_position = COALESCE(epoch.closed_position, EXCLUDED.closed_position);

-- name: begin_epoch
-- Documents are looked up under this epoch from now on: the first that is known.
UPDATE follower SET epoch = $2 WHERE generation = $1;

-- name: switch_epoch
-- Documents are looked up under this epoch from now on; deliveries follow.
UPDATE follower SET epoch = $2, redelivered_to = '' WHERE generation = $1;

-- name: read_epochs
-- The epochs that changes have told of and that are not closed.
SELECT epoch, switched_position, loaded, loaded_to FROM epoch
WHERE generation = $1 AND closed_position IS NULL ORDER BY epoch;

-- name: is_loaded
-- Whether every document that is known has its digest of an epoch: one row, whatever the number of documents. What
-- comes later without its digest takes it back (note_lacking).
SELECT COALESCE((SELECT loaded FROM epoch WHERE generation = $1 AND epoch = $2), false);

-- name: note_lacking
-- Some documents came just now. An epoch that is not in force yet and of which one of them has no digest, though it has
-- another's, is to be loaded again.
UPDATE epoch e SET loaded = false, loaded_to = ''
WHERE e.generation = $1 AND e.loaded AND e.switched_position IS NULL AND e.closed_position IS NULL
  AND EXISTS (
    SELECT FROM unnest($2::text[]) AS came (document_id)
    CROSS JOIN LATERAL (
        SELECT bool_or(d.epoch = e.epoch) AS has FROM digest d
        WHERE d.generation = $1 AND d.document_id = came.document_id HAVING count(*) > 0
        OFFSET 0
    ) known
    WHERE NOT known.has
  );

-- name: add_digests
-- Digests of one epoch for documents that are bound; live like the document's others.
INSERT INTO digest (generation, document_id, epoch, digest, live)
SELECT $1, n.document_id, $2, n.digest, known.live
FROM unnest($3::text[], $4::bytea[]) AS n (document_id, digest)
CROSS JOIN LATERAL (
    SELECT bool_or(d.live) AS live FROM digest d
    WHERE d.generation = $1 AND d.document_id = n.document_id HAVING count(*) > 0
    OFFSET 0
) known
CROSS JOIN LATERAL (
    SELECT FROM binding
    WHERE generation = $1 AND document_id = n.document_id AND bound_position > unbound_position
    LIMIT 1
) bound
ON CONFLICT (generation, document_id, epoch) DO NOTHING;

-- name: note_loading
-- How far an epoch's digests are read, and whether that was all of them.
UPDATE epoch SET loaded_to = $3, loaded = loaded OR $4 WHERE generation = $1 AND epoch = $2;

-- name: rekey_queries
-- At most $2 records of checks that are keyed by a closed epoch: keyed as their document is now. That of a document
-- which is known no more keeps no digest: nothing that a closed key made stays. Before the digests of then are dropped.
WITH closed AS MATERIALIZED (
    SELECT e.epoch, f.epoch AS now_epoch
    FROM epoch e JOIN follower f ON f.generation = e.generation AND f.epoch IS DISTINCT FROM e.epoch
    WHERE e.generation = $1 AND e.closed_position IS NOT NULL
), due AS MATERIALIZED (
    SELECT q.decision_id, q.digest, q.epoch FROM query_log q
    WHERE q.epoch = ANY (ARRAY(SELECT epoch FROM closed)) LIMIT $2
), anew AS (
    SELECT due.decision_id, closed.now_epoch, known.digest
    FROM due JOIN closed ON closed.epoch = due.epoch
    LEFT JOIN LATERAL (
        SELECT now.digest FROM digest former
        JOIN digest now ON now.generation = former.generation AND now.document_id = former.document_id
                       AND now.epoch = closed.now_epoch
        WHERE former.generation = $1 AND former.digest = due.digest
        LIMIT 1
        OFFSET 0
    ) known ON true
), keyed AS (
    UPDATE query_log q SET digest = COALESCE(anew.digest, ''), epoch = anew.now_epoch
    FROM anew WHERE q.decision_id = anew.decision_id
    RETURNING 1
)
SELECT count(*) FROM keyed;

-- name: closed_epochs
-- Which epochs are closed: digests of these are to go.
SELECT epoch FROM epoch WHERE generation = $1 AND closed_position IS NOT NULL ORDER BY epoch;

-- name: drop_closed_digests
-- Looks at the next $4 digests after one of a document ($2) and epoch ($3), and drops those of closed epochs; what is in
-- force goes only once another is. Returns how many went and the last one looked at: no row when there is none.
WITH looked AS MATERIALIZED (
    SELECT ctid, document_id, epoch FROM digest
    WHERE generation = $1 AND (document_id, epoch) > ($2, $3)
    ORDER BY document_id, epoch LIMIT $4
), dropped AS (
    DELETE FROM digest WHERE ctid = ANY (ARRAY(
        SELECT l.ctid FROM looked l
        JOIN epoch e ON e.generation = $1 AND e.epoch = l.epoch AND e.closed_position IS NOT NULL
        JOIN follower f ON f.generation = $1 AND f.epoch IS DISTINCT FROM l.epoch
    )) RETURNING 1
)
SELECT (SELECT count(*) FROM dropped) AS dropped, document_id, epoch
FROM looked ORDER BY document_id DESC, epoch DESC LIMIT 1;

-- name: take_partner_secret
-- From now on deliveries are keyed by this version of the partners' secret, and all that partners hold is numbered
-- anew. A version never goes back: whoever has an older file changes nothing.
WITH taken AS (
    UPDATE engine SET partner_secret = $1 WHERE partner_secret < $1 RETURNING generation
)
UPDATE follower f SET redelivered_to = '' FROM taken WHERE f.generation = taken.generation
RETURNING f.generation;

-- name: read_partner_secret
-- The version by which deliveries are keyed.
SELECT partner_secret FROM engine;

-- name: read_redelivery
-- Where the deliveries of a switch have come to; NULL when there is nothing to do.
SELECT redelivered_to FROM follower WHERE generation = $1;

-- name: note_redelivery
-- Where they have come to.
UPDATE follower SET redelivered_to = $2 WHERE generation = $1;
