-- Whether the ledger holds what a reader has seen.

-- name: head
-- The ledger's head.
SELECT incarnation, position FROM ledger_head;

-- name: openings
-- The changes (act 15, OPEN_INCARNATION) that each began a new incarnation after a restore.
SELECT body FROM change WHERE act = 15 ORDER BY position;
