-- The registry's secret has versions (decisions/0034): what is known by a digest under one is keyed anew under the next.

-- Those from before, and those of a process of the former release, have digests of what was signed itself, by the first
-- version, until they are keyed anew.
ALTER TABLE used_signature
    ADD COLUMN secret_version integer NOT NULL DEFAULT 1 CHECK (secret_version > 0),
    -- The hash of what was signed, sealed: from it another version makes its digest.
    ADD COLUMN hash_sealed bytea;
CREATE INDEX used_signature_by_secret ON used_signature (secret_version);
CREATE INDEX used_signature_unsealed ON used_signature (position) WHERE hash_sealed IS NULL;
-- An act is done on one signature.
CREATE UNIQUE INDEX used_signature_by_position ON used_signature (position);
CREATE INDEX used_signature_by_seal ON used_signature ((
    substring(hash_sealed FROM 1 FOR 2 + get_byte(substring(hash_sealed FROM 1 FOR 2) || '\x0000', 1))
));
