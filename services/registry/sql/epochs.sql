-- Digest epochs: which there are, how far they are filled, and who follows them.

-- name: open_epochs
-- The epochs under which documents are filed. Read under the ledger's head, they are those of that position.
SELECT epoch, key_id FROM digest_epoch WHERE closed_position IS NULL ORDER BY epoch;

-- name: adopt_epoch
-- The record's first epoch, filed under before any change told of epochs.
INSERT INTO digest_epoch (epoch, algorithm, key_id, opened_position, filled, switched_position)
SELECT $1, $2, $3, 0, true, 0 WHERE NOT EXISTS (SELECT FROM digest_epoch)
ON CONFLICT (epoch) DO NOTHING;

-- name: hold_epochs
-- Whoever opens, switches or closes does so alone; documents are filed meanwhile.
SELECT epoch FROM digest_epoch ORDER BY epoch FOR UPDATE;

-- name: all_epochs
-- Every epoch there was, with its state.
SELECT epoch, algorithm, key_id, opened_position, filled, switched_position, closed_position
FROM digest_epoch ORDER BY epoch;

-- name: count_missing
-- How many bound documents have no digest of an epoch, up to $2: those beyond the last that the filling has come to.
SELECT count(*) FROM (
    SELECT FROM document AS d
    WHERE d.document_id > (SELECT filled_to FROM digest_epoch WHERE epoch = $1)
      AND d.unbound_position IS NULL AND NOT EXISTS (
        SELECT FROM document_digest AS x WHERE x.document_id = d.document_id AND x.epoch = $1
    )
    ORDER BY d.document_id LIMIT $2
) AS missing;

-- name: readers
-- Followers with where they stand and the epochs they are ready for; of each cursor by itself.
SELECT reader.follower, reader.position, reader.ready_epochs,
       reader.incarnation IS NOT DISTINCT FROM head.incarnation AS is_of_this_life
FROM follower AS reader CROSS JOIN ledger_head AS head ORDER BY reader.follower;

-- name: next_documents
-- The next $2 documents after those that have their digest of the epoch $1, and whether they are bound and lack it.
SELECT d.document_id, d.unbound_position IS NULL AND NOT EXISTS (
    SELECT FROM document_digest AS x WHERE x.document_id = d.document_id AND x.epoch = $1
) AS lacks
FROM document AS d
WHERE d.document_id > (SELECT filled_to FROM digest_epoch WHERE epoch = $1)
ORDER BY d.document_id LIMIT $2;

-- name: hold_documents
-- Those of some documents that are bound, held so that none of them is unbound before its digest is there. One that an
-- act holds is passed over: the filling goes no further than to the one before it.
SELECT document_id, kind, issuing_state, number_sealed FROM document
WHERE document_id = ANY ($1::uuid[]) AND unbound_position IS NULL
ORDER BY document_id
FOR SHARE SKIP LOCKED;

-- name: file_documents
-- Digests of one epoch for documents that are held.
INSERT INTO document_digest (epoch, digest, document_id)
SELECT $1, one.digest, one.document_id FROM unnest($2::bytea[], $3::uuid[]) AS one (digest, document_id)
ON CONFLICT DO NOTHING;

-- name: note_filled_to
-- Every bound document up to this one has its digest of the epoch.
UPDATE digest_epoch SET filled_to = $2 WHERE epoch = $1;

-- name: note_filled
-- Every bound document has its digest of this epoch, and new ones are filed under it as they come.
UPDATE digest_epoch SET filled = true WHERE epoch = $1 AND NOT filled;

-- name: drop_digests
-- At most $1 digests of epochs that are closed; answers with their number.
WITH dropped AS (
    DELETE FROM document_digest WHERE ctid = ANY (ARRAY(
        SELECT x.ctid FROM document_digest AS x
        WHERE x.epoch = ANY (ARRAY(SELECT epoch FROM digest_epoch WHERE closed_position IS NOT NULL)) LIMIT $1
    )) RETURNING 1
)
SELECT count(*) FROM dropped;

-- name: page_of_digests
-- Digests of one epoch after a document, in the order of document ids; none for a document that is not bound.
SELECT document_id, digest FROM document_digest
WHERE epoch = $1 AND document_id > $2 ORDER BY document_id LIMIT $3;

-- name: is_epoch_needed
-- Whether a key of this epoch is still needed: the epoch is not closed, or not all of its digests are gone.
SELECT EXISTS (SELECT FROM digest_epoch WHERE epoch = $1 AND closed_position IS NULL)
    OR EXISTS (SELECT FROM document_digest WHERE epoch = $1);
