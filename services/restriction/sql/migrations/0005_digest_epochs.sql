-- Digest epochs: which are open, and under which one documents are looked up.

ALTER TABLE follower
    -- The epoch in force; the index holds its digests. NULL until a document is known.
    ADD COLUMN epoch integer,
    -- After a switch: the last subject whose deliveries hold digests of the new epoch; NULL when all do.
    ADD COLUMN redelivered_to text;
-- Nothing was switched before: the first epoch is the only one that is whole.
UPDATE follower f SET epoch = (SELECT min(epoch) FROM digest d WHERE d.generation = f.generation);

-- What changes said of epochs; nothing of the first, which no change opened.
CREATE TABLE epoch (
    generation integer NOT NULL,
    epoch integer NOT NULL,
    opened_position bigint,
    switched_position bigint,
    closed_position bigint,
    -- The digest of every document that was known when it was opened is here.
    loaded boolean NOT NULL DEFAULT false,
    -- The last document asked for while they are read; where that was cut off it goes on.
    loaded_to text NOT NULL DEFAULT '',
    PRIMARY KEY (generation, epoch)
);
