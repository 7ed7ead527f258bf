-- An import that the importer cannot go on with is set aside, so that it holds up no other.
ALTER TABLE import
    -- Names the error in the importer's log, while it stalls.
    ADD COLUMN stalled_error_id text,
    -- When it is tried again.
    ADD COLUMN stalled_until timestamptz,
    -- Tries in vain since it last went on.
    ADD COLUMN stalled_count integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT import_stalls_until_it_is_tried CHECK ((stalled_error_id IS NULL) = (stalled_until IS NULL));
