-- One partner's copy, a SQLite file.

-- Where the copy of a field stands. It moves in the transaction that applies the entries.
CREATE TABLE IF NOT EXISTS copy (
    field TEXT PRIMARY KEY,
    -- The life of the numbers; a copy of another series is worth nothing.
    series TEXT NOT NULL,
    applied INTEGER NOT NULL
) STRICT;

-- What stands: one row for each restriction, with the entry that set it as it was received.
CREATE TABLE IF NOT EXISTS restriction (
    field TEXT NOT NULL,
    restriction_id TEXT NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (field, restriction_id)
) STRICT;

-- By which documents each is found.
CREATE TABLE IF NOT EXISTS digest (
    field TEXT NOT NULL,
    digest BLOB NOT NULL,
    restriction_id TEXT NOT NULL,
    -- Of the secret by which it is keyed: while that is changed a copy holds digests of two.
    secret_version INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (field, digest, restriction_id)
) STRICT;
CREATE INDEX IF NOT EXISTS digest_by_restriction ON digest (field, restriction_id);
