-- Imports: files of decisions that a court made before its go-live day, on their way into the record.
--
-- What a file says of persons is in *_sealed columns, one for up to a thousand records, and is erased when the
-- import no longer needs it.

CREATE TABLE import (
    import_id uuid PRIMARY KEY,
    court_code text NOT NULL REFERENCES court,
    -- registry.v1 ImportState and RecordFormat.
    state smallint NOT NULL,
    format smallint NOT NULL,
    file_name text NOT NULL,
    file_sha256 bytea NOT NULL CHECK (octet_length(file_sha256) = 32),
    record_count bigint NOT NULL CHECK (record_count > 0),
    staged_count bigint NOT NULL DEFAULT 0 CHECK (staged_count BETWEEN 0 AND record_count),
    -- Rows checked, entered or revoked in the present state.
    done_count bigint NOT NULL DEFAULT 0,
    -- Rows by their outcome: of ENTERED (1) to SOUND (6).
    counts bigint[] NOT NULL DEFAULT '{0,0,0,0,0,0}' CHECK (cardinality(counts) = 6 AND 0 <= ALL (counts)),
    -- The last row that was undone, so that the undoing goes on from there.
    undone_row bigint NOT NULL DEFAULT 0,
    records_sha256 bytea CHECK (octet_length(records_sha256) = 32),
    manifest_hash bytea CHECK (octet_length(manifest_hash) = 32),
    prepared_by text,
    approved_by text,
    signed_by text,
    undone_by text,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Newest change that the import made.
    position bigint,
    CONSTRAINT import_is_signed_by_three CHECK (
        state NOT IN (5, 6, 8, 9)
        OR (prepared_by <> approved_by AND prepared_by <> signed_by AND approved_by <> signed_by)
    ),
    CONSTRAINT import_has_its_manifest CHECK (state IN (1, 2, 7) OR manifest_hash IS NOT NULL)
);
-- A file is imported once; one that was abandoned (7) or undone (9) may come again.
CREATE UNIQUE INDEX import_once ON import (court_code, file_sha256) WHERE state NOT IN (7, 9);
CREATE INDEX import_of_court ON import (court_code, begun_at DESC, import_id DESC);
-- What the importer has to do: CHECKING, ENTERING, UNDOING.
CREATE INDEX import_at_work ON import (begun_at) WHERE state IN (2, 5, 8);

CREATE TABLE import_chunk (
    import_id uuid NOT NULL REFERENCES import,
    -- Records and rows are numbered from 1; of a CSV file record 1 is the header, and row 1 is record 2.
    first_record bigint NOT NULL CHECK (first_record > 0),
    record_count integer NOT NULL CHECK (record_count > 0),
    records_sealed bytea,
    checked boolean NOT NULL DEFAULT false,
    -- Hashes of the records, until the manifest is made.
    hashes bytea,
    -- The sound rows as they were understood, until they are entered.
    papers_sealed bytea,
    PRIMARY KEY (import_id, first_record)
);
CREATE INDEX import_chunk_unchecked ON import_chunk (import_id, first_record) WHERE NOT checked;
CREATE INDEX import_chunk_unentered ON import_chunk (import_id, first_record) WHERE papers_sealed IS NOT NULL;

CREATE TABLE import_row (
    import_id uuid NOT NULL REFERENCES import,
    row_number bigint NOT NULL CHECK (row_number > 0),
    line bigint NOT NULL,
    -- registry.v1 RowOutcome: exactly one at any time, and SOUND (6) only until the row is entered.
    outcome smallint NOT NULL CHECK (outcome BETWEEN 1 AND 6),
    -- [field, reason, text] each; no text holds a name or a number.
    problems jsonb,
    listing_id uuid,
    -- Who added what, until a second person has approved it.
    completed_by text,
    completion_sealed bytea,
    PRIMARY KEY (import_id, row_number),
    -- ENTERED (1) and ALREADY_THERE (2) name the listing, and no other outcome does.
    CONSTRAINT import_row_has_its_listing CHECK ((outcome IN (1, 2)) = (listing_id IS NOT NULL)),
    CONSTRAINT import_row_is_completed_by_somebody CHECK ((completed_by IS NULL) = (completion_sealed IS NULL))
) WITH (fillfactor = 60);

CREATE TABLE import_sample (
    import_id uuid NOT NULL REFERENCES import,
    row_number bigint NOT NULL,
    -- The row as it was understood, documents masked; erased with the records.
    fields_sealed bytea,
    PRIMARY KEY (import_id, row_number)
);
