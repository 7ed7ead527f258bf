-- What followers and gates are told, and what is known of them. Every reading of the ledger takes its head,
-- the hash that the reader claims and the database's clock from one snapshot. The clock is the statement's
-- start, which comes before the snapshot: all that was committed by then is in the answer.

-- name: read_changes
-- The changes after $1, at most $2, with the head. One row without a change when there is none.
-- $3 is the position that this process knows, $4 the reader.
SELECT head.incarnation, head.position AS head_position, head.hash AS head_hash, now() AS as_of_at,
       seen.hash AS seen_hash, known.hash AS known_hash, reader.awaited,
       batch.position, batch.body, batch.previous_hash, batch.hash
FROM ledger_head AS head
LEFT JOIN change AS seen ON seen.position = $1
LEFT JOIN change AS known ON known.position = $3
LEFT JOIN follower AS reader ON reader.follower = $4
LEFT JOIN (
    SELECT position, body, previous_hash, hash FROM change WHERE position > $1 ORDER BY position LIMIT $2
) AS batch ON true
ORDER BY batch.position;

-- name: read_endings
-- As read_changes, but only what ends something for somebody, and ratings.
SELECT head.incarnation, head.position AS head_position, head.hash AS head_hash, now() AS as_of_at,
       seen.hash AS seen_hash, known.hash AS known_hash, reader.awaited,
       batch.position, batch.body, batch.previous_hash, batch.hash
FROM ledger_head AS head
LEFT JOIN change AS seen ON seen.position = $1
LEFT JOIN change AS known ON known.position = $3
LEFT JOIN follower AS reader ON reader.follower = $4
LEFT JOIN (
    SELECT position, body, previous_hash, hash FROM change
    WHERE ends AND position > $1 ORDER BY position LIMIT $2
) AS batch ON true
ORDER BY batch.position;

-- name: read_stored
-- As read_changes, for a reader who claims nothing and is no follower.
SELECT head.incarnation, head.position AS head_position, head.hash AS head_hash,
       batch.position, batch.body, batch.previous_hash, batch.hash
FROM ledger_head AS head
LEFT JOIN (
    SELECT position, body, previous_hash, hash FROM change WHERE position > $1 ORDER BY position LIMIT $2
) AS batch ON true
ORDER BY batch.position;

-- name: digests_of
-- The digests of these documents, in every epoch that is open; none for a document that was unbound since.
SELECT document_id, epoch, digest FROM document_digest
WHERE document_id = ANY ($1::uuid[])
  AND epoch NOT IN (SELECT epoch FROM digest_epoch WHERE closed_position IS NOT NULL)
ORDER BY document_id, epoch;

-- name: listing_references
-- What a person needs to find the case of a listing.
SELECT listing_id AS basis_id, case_number, decision_number AS reference
FROM listing WHERE listing_id = ANY ($1::uuid[]);

-- name: order_references
-- What a person needs to find the case of an order.
SELECT order_id AS basis_id, case_number, order_number AS reference
FROM consumption_order WHERE order_id = ANY ($1::uuid[]);

-- name: confirm_listings
-- The listings that no act has ended, of the subjects behind the digests ($1 epochs, $2 digests), with the head;
-- where $5, those that an act has ended, too. $3 is the position that the asking gate has seen, $4 the one that
-- this process knows; where $6, the inquiry brings a name, and the sealed one on record is read with it. What is told
-- besides is looked up for the few rows found: as joins it would cost every confirmation its planning.
SELECT head.incarnation, head.position AS head_position, head.hash AS head_hash, now() AS as_of_at,
       seen.hash AS seen_hash, known.hash AS known_hash,
       ARRAY(SELECT follower FROM follower ORDER BY follower) AS followers,
       EXISTS (SELECT FROM follower WHERE awaited) AS awaited,
       ARRAY(SELECT epoch FROM digest_epoch WHERE closed_position IS NULL) AS epochs,
       basis.*
FROM ledger_head AS head
LEFT JOIN change AS seen ON seen.position = $3
LEFT JOIN change AS known ON known.position = $4
LEFT JOIN (
    SELECT asked.place, l.listing_id AS basis_id, l.subject_id, l.court_code, court.name AS court_name,
           court.contact AS court_contact, l.case_number, l.decision_number AS reference,
           '{}'::smallint[] AS items, l.ground, l.start_at, l.term_end_at AS end_at,
           u.basis_id IS NOT NULL AS unsettled, l.ended_at, l.ended_kind,
           (SELECT performed.recorded_at FROM obligation AS owed
            JOIN change AS performed ON performed.position = owed.performed_position
            WHERE owed.obligation_id = l.obligation_id) AS performed_at,
           '{}'::record[] AS passes, d.document_id,
           CASE WHEN asked.named
                THEN (SELECT facts_sealed FROM subject WHERE subject.subject_id = l.subject_id) END AS facts_sealed
    FROM unnest($1::integer[], $2::bytea[], $6::boolean[]) WITH ORDINALITY AS asked (epoch, digest, named, place)
    JOIN document_digest AS d ON d.epoch = asked.epoch AND d.digest = asked.digest
    JOIN document AS doc ON doc.document_id = d.document_id
    JOIN listing AS l ON l.subject_id = doc.subject_id AND (l.ended_at IS NULL OR $5)
    JOIN court ON court.court_code = l.court_code
    LEFT JOIN unsettled_ending AS u ON u.basis_id = l.listing_id AND u.settled_position IS NULL
) AS basis ON true
ORDER BY basis.place, basis.start_at, basis.basis_id;

-- name: confirm_orders
-- As confirm_listings, for orders, with their passes that are not withdrawn.
SELECT head.incarnation, head.position AS head_position, head.hash AS head_hash, now() AS as_of_at,
       seen.hash AS seen_hash, known.hash AS known_hash,
       ARRAY(SELECT follower FROM follower ORDER BY follower) AS followers,
       EXISTS (SELECT FROM follower WHERE awaited) AS awaited,
       ARRAY(SELECT epoch FROM digest_epoch WHERE closed_position IS NULL) AS epochs,
       basis.*
FROM ledger_head AS head
LEFT JOIN change AS seen ON seen.position = $3
LEFT JOIN change AS known ON known.position = $4
LEFT JOIN (
    SELECT asked.place, o.order_id AS basis_id, o.subject_id, o.court_code, court.name AS court_name,
           court.contact AS court_contact, o.case_number, o.order_number AS reference,
           o.items, 0::smallint AS ground, o.start_at, o.period_end_at AS end_at,
           u.basis_id IS NOT NULL AS unsettled, o.ended_at, o.ended_kind,
           (SELECT performed.recorded_at FROM obligation AS owed
            JOIN change AS performed ON performed.position = owed.performed_position
            WHERE owed.obligation_id = o.obligation_id) AS performed_at,
           ARRAY(SELECT ROW(p.pass_id, p.items, p.start_at, p.end_at) FROM pass AS p
                 WHERE p.order_id = o.order_id AND p.withdrawn_position IS NULL
                 ORDER BY p.start_at, p.pass_id) AS passes, d.document_id,
           CASE WHEN asked.named
                THEN (SELECT facts_sealed FROM subject WHERE subject.subject_id = o.subject_id) END AS facts_sealed
    FROM unnest($1::integer[], $2::bytea[], $6::boolean[]) WITH ORDINALITY AS asked (epoch, digest, named, place)
    JOIN document_digest AS d ON d.epoch = asked.epoch AND d.digest = asked.digest
    JOIN document AS doc ON doc.document_id = d.document_id
    JOIN consumption_order AS o ON o.subject_id = doc.subject_id AND (o.ended_at IS NULL OR $5)
    JOIN court ON court.court_code = o.court_code
    LEFT JOIN unsettled_ending AS u ON u.basis_id = o.order_id AND u.settled_position IS NULL
) AS basis ON true
ORDER BY basis.place, basis.start_at, basis.basis_id;

-- name: note_reader
-- Where a reader stands, and the epochs it is ready for. Says nothing about whether it is awaited.
-- One that has once kept seals ($5) keeps them for good; one that was never met before has to from the start.
INSERT INTO follower (follower, incarnation, position, seen_at, ready_epochs) VALUES ($1, $2, $3, now(), $4)
ON CONFLICT (follower) DO UPDATE
SET incarnation = excluded.incarnation, position = excluded.position, seen_at = excluded.seen_at,
    ready_epochs = excluded.ready_epochs, keeps_seals = follower.keeps_seals OR $5;

-- name: await_reader
-- A reader has seen what this ledger does not hold: nobody is refused until it has reported.
INSERT INTO follower (follower, incarnation, position, seen_at, awaited) VALUES ($1, $2, $3, now(), true)
ON CONFLICT (follower) DO UPDATE SET awaited = true, seen_at = excluded.seen_at;

-- name: release_readers
-- These readers need not be waited for in the incarnation $2. The head is held for a moment, so that a restore
-- announced meanwhile is not undone: it waits, or it has changed the incarnation and nobody is released.
WITH head AS MATERIALIZED (SELECT incarnation FROM ledger_head FOR SHARE)
UPDATE follower SET awaited = false
FROM head WHERE follower.follower = ANY ($1::text[]) AND head.incarnation = $2;

-- name: forget_readers
-- Readers that will not come back.
DELETE FROM follower WHERE follower = ANY ($1::text[]) RETURNING follower;

-- name: show_ledger
-- The head with every reader. One row without a reader when there is none.
SELECT head.incarnation, head.position AS head_position, head.hash AS head_hash, head.facts_erased,
       reader.follower, reader.incarnation AS reader_incarnation, reader.position, reader.seen_at, reader.awaited
FROM ledger_head AS head
LEFT JOIN follower AS reader ON true
ORDER BY reader.follower;

-- name: measure_readers
-- The head with at most $1 readers, and how far behind each is: in changes, by the age of the oldest of them, and
-- since it was last heard from. One row without a reader when there is none.
SELECT head.incarnation, head.position AS head_position, reader.follower,
       GREATEST(0, head.position - reader.position) AS lag_positions,
       COALESCE(EXTRACT(epoch FROM clock_timestamp() - waiting.recorded_at), 0)::float8 AS lag_s,
       EXTRACT(epoch FROM clock_timestamp() - reader.seen_at)::float8 AS silent_s
FROM ledger_head AS head
LEFT JOIN (SELECT follower, position, seen_at FROM follower ORDER BY follower LIMIT $1) AS reader ON true
LEFT JOIN change AS waiting ON waiting.position = reader.position + 1;

-- name: hold_head
-- The ledger's head, held until commit.
SELECT incarnation, position AS head_position, hash AS head_hash FROM ledger_head FOR UPDATE;

-- name: openings
-- The changes that began an incarnation.
SELECT body FROM change WHERE act = 15 ORDER BY position;

-- name: hashes_at
-- The hashes of the changes at these positions.
SELECT position, hash FROM change WHERE position = ANY ($1::bigint[]);

-- name: holds_unsealed
-- Whether the ledger knows one of these readers as of a release before endings were sealed.
SELECT EXISTS (SELECT FROM follower WHERE follower = ANY ($1::text[]) AND NOT keeps_seals);

-- name: find_bases
-- The listings and orders with these ids, ended or not, a listing perhaps by deletion (1), and what is kept of an ending
-- that a restore lost.
SELECT basis.*, u.lost_incarnation, u.lost_position, u.settled_position
FROM (
    SELECT listing_id AS basis_id, 1 AS measure, subject_id, obligation_id, court_code, case_number,
           ended_at IS NOT NULL AS ended, coalesce(ended_kind = 1, false) AS deleted
    FROM listing WHERE listing_id = ANY ($1::uuid[])
    UNION ALL
    SELECT order_id, 2, subject_id, obligation_id, court_code, case_number, ended_at IS NOT NULL, false
    FROM consumption_order WHERE order_id = ANY ($1::uuid[])
) AS basis
LEFT JOIN unsettled_ending AS u ON u.basis_id = basis.basis_id;

-- name: bases_by_document
-- What no act has ended against the subjects to whom these documents are bound; nothing for an unbound one.
SELECT document.document_id, basis.basis_id
FROM document
JOIN (
    SELECT listing_id AS basis_id, subject_id FROM listing WHERE ended_at IS NULL
    UNION ALL
    SELECT order_id, subject_id FROM consumption_order WHERE ended_at IS NULL
) AS basis ON basis.subject_id = document.subject_id
WHERE document.document_id = ANY ($1::uuid[]) AND document.unbound_position IS NULL;

-- name: misfit_courts
-- The courts that are to look into a misfit of the document $1, which is bound to the subject $2, and the oldest of
-- the bases $3 at each; none that has ended, no court that has such a task on the subject already (kind 5), and none
-- that has found the document rightly bound when the same spelling came before, by one of $4.
SELECT DISTINCT ON (basis.court_code) basis.court_code, basis.basis_id
FROM (
    SELECT listing_id AS basis_id, subject_id, court_code, start_at FROM listing
    WHERE listing_id = ANY ($3::uuid[]) AND ended_at IS NULL
    UNION ALL
    SELECT order_id, subject_id, court_code, start_at FROM consumption_order
    WHERE order_id = ANY ($3::uuid[]) AND ended_at IS NULL
) AS basis
WHERE EXISTS (SELECT FROM document WHERE document_id = $1 AND subject_id = $2 AND unbound_position IS NULL)
    AND NOT EXISTS (
        SELECT FROM task
        WHERE task.kind = 5 AND task.closed_position IS NULL AND task.court_code = basis.court_code
            AND task.basis_id IN (
                SELECT listing_id FROM listing WHERE subject_id = $2
                UNION ALL SELECT order_id FROM consumption_order WHERE subject_id = $2
            )
    )
    AND NOT EXISTS (
        SELECT FROM misfit_name JOIN task USING (task_id)
        WHERE misfit_name.document_id = $1 AND misfit_name.spelling = ANY ($4::bytea[])
            AND misfit_name.judged_position IS NOT NULL AND task.court_code = basis.court_code
    )
ORDER BY basis.court_code, basis.start_at, basis.basis_id;

-- name: keep_misfit_name
-- The spelling $3 came beside the document $1 of the subject $2 while these tasks are open (kind 5).
INSERT INTO misfit_name (task_id, document_id, spelling)
SELECT task_id, $1, $3 FROM task
WHERE kind = 5 AND closed_position IS NULL AND basis_id IN (
    SELECT listing_id FROM listing WHERE subject_id = $2
    UNION ALL SELECT order_id FROM consumption_order WHERE subject_id = $2
)
ON CONFLICT DO NOTHING;

-- name: hold_subjects
-- Hold these subjects, in one order for every act.
SELECT subject_id FROM subject WHERE subject_id = ANY ($1::uuid[]) ORDER BY subject_id FOR UPDATE;

-- name: hold_obligations
-- Hold these obligations, in one order for every act.
SELECT obligation_id FROM obligation WHERE obligation_id = ANY ($1::uuid[]) ORDER BY obligation_id FOR UPDATE;

-- name: list_unsettled
-- The list for the judge, after the court $2 and basis $3; of the court $1 unless that is empty.
SELECT basis_id, measure, court_code, case_number, reported_by, lost_incarnation, lost_position, document_id
FROM unsettled_ending
WHERE settled_position IS NULL AND ($1 = '' OR court_code = $1)
    AND (court_code, basis_id) > ($2, $3::uuid)
ORDER BY court_code, basis_id
LIMIT $4;

-- name: stored_changes
-- The changes from $1 on with their facts, where these are not erased, for checking the chain.
SELECT c.position, c.incarnation, c.act, c.ends, c.body, c.previous_hash, c.hash, f.facts_sealed
FROM change c LEFT JOIN change_facts f ON f.position = c.position
WHERE c.position >= $1 ORDER BY c.position LIMIT $2;

-- name: head
-- The ledger's head.
SELECT incarnation, position AS head_position, hash AS head_hash FROM ledger_head;
