-- Which signatures of presidents acts were done on. It begins empty: what was signed before is not known here, because
-- no key is where a migration runs.

CREATE TABLE used_signature (
    key_id text NOT NULL REFERENCES officer_key,
    -- A keyed digest of what was signed: it can be recognised, and no number in it tried out.
    content_digest bytea NOT NULL CHECK (octet_length(content_digest) = 32),
    -- The act that was done on it.
    position bigint NOT NULL,
    PRIMARY KEY (key_id, content_digest)
);
