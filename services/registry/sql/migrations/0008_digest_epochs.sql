-- Digest epochs: under which keys documents are filed, and which of them is in force.

CREATE TABLE digest_epoch (
    epoch integer PRIMARY KEY CHECK (epoch > 0),
    algorithm text NOT NULL,
    -- Empty for the epoch of a release that did not note its key.
    key_id text NOT NULL,
    -- 0 for the first epoch, which no change opened.
    opened_position bigint NOT NULL,
    -- Every document that was bound before the opening has its digest, too.
    filled boolean NOT NULL DEFAULT false,
    -- In force is the epoch that was switched to last.
    switched_position bigint,
    closed_position bigint,
    CONSTRAINT digest_epoch_is_filled_before_it_is_in_force CHECK (switched_position IS NULL OR filled)
);

-- Gates look documents up in every epoch that they hold a key of, and only the first has them all. Digests under
-- further keys, which an older release filed for new documents only, would pass for a filled epoch's.
INSERT INTO digest_epoch (epoch, algorithm, key_id, opened_position, filled, switched_position)
SELECT min(epoch), 'blake2b-128', '', 0, true, 0 FROM document_digest HAVING min(epoch) IS NOT NULL;
DELETE FROM document_digest WHERE epoch > (SELECT epoch FROM digest_epoch);

-- Epochs that a reader could be switched to: it holds their key, and the digest of every document it knows.
ALTER TABLE follower ADD COLUMN ready_epochs integer[] NOT NULL DEFAULT '{}';
