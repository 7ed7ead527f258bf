-- Statements of copy.py, for SQLite.

-- name: read_copy
-- Where the copy of a field stands; no row before its first entry.
SELECT series, applied FROM copy WHERE field = ?;

-- name: write_copy
-- Where it stands now.
INSERT INTO copy (field, series, applied) VALUES (?, ?, ?)
ON CONFLICT (field) DO UPDATE SET series = excluded.series, applied = excluded.applied;

-- name: write_restriction
-- A restriction as it was set last.
INSERT INTO restriction (field, restriction_id, entry) VALUES (?, ?, ?)
ON CONFLICT (field, restriction_id) DO UPDATE SET entry = excluded.entry;

-- name: write_digest
-- One document's digest.
INSERT INTO digest (field, digest, restriction_id, secret_version) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING;

-- name: says_version
-- One row where digests say by which secret they are keyed; none in a file of before.
SELECT 1 FROM pragma_table_info('digest') WHERE name = 'secret_version';

-- name: add_version
-- Those of before are keyed by the first.
ALTER TABLE digest ADD COLUMN secret_version INTEGER NOT NULL DEFAULT 1;

-- name: delete_restriction
-- A restriction that was lifted; nothing of it is kept.
DELETE FROM restriction WHERE field = ? AND restriction_id = ?;

-- name: delete_digests
-- Its digests, also before it is set anew.
DELETE FROM digest WHERE field = ? AND restriction_id = ?;

-- name: clear_restrictions
-- Everything of a field: its numbers begin anew.
DELETE FROM restriction WHERE field = ?;

-- name: clear_digests
-- Everything of a field: its numbers begin anew.
DELETE FROM digest WHERE field = ?;

-- name: count
-- What the copy holds, by field.
SELECT c.field, c.applied,
       (SELECT count(*) FROM restriction r WHERE r.field = c.field) AS restrictions,
       (SELECT count(*) FROM digest d WHERE d.field = c.field) AS digests
FROM copy c ORDER BY c.field;

-- name: count_versions
-- How many digests of a field are keyed by each version of the secret.
SELECT secret_version, count(*) FROM digest WHERE field = ? GROUP BY secret_version ORDER BY secret_version;
