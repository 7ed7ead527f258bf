-- What time erases: which changes concern whom, and indexes by which records go together with what rests on them.

-- Tables as long as the record are read through to make these.
SET LOCAL statement_timeout = 0;

CREATE TABLE change_concern (
    -- A subject; where a change names none, the obligation, basis or task that it is about. It goes with the facts.
    record_id uuid NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (record_id, position)
);
CREATE INDEX change_concern_at ON change_concern (position);

CREATE TABLE change_concern_head (
    -- One row: up to which change all of the above are noted.
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position bigint NOT NULL
);
INSERT INTO change_concern_head (position) VALUES (0);

-- Looked up by those of what is erased, ended or not; every reference is looked for before its record goes.
DROP INDEX listing_of_obligation;
CREATE INDEX listing_of_obligation ON listing (obligation_id);
DROP INDEX order_of_obligation;
CREATE INDEX order_of_obligation ON consumption_order (obligation_id);
CREATE INDEX order_of_case ON consumption_order (case_number);
CREATE INDEX obligation_debtor_of_subject ON obligation_debtor (subject_id);
CREATE INDEX repayment_of_obligation ON repayment (obligation_id);
CREATE INDEX repayment_of_statement ON repayment (statement_id);
CREATE INDEX binding_preparation_of_subject ON binding_preparation (subject_id);
CREATE INDEX binding_preparation_by_age ON binding_preparation (prepared_at);
DROP INDEX task_open_on_basis;
CREATE INDEX task_on_basis ON task (basis_id);
DROP INDEX task_open_on_obligation;
CREATE INDEX task_on_obligation ON task (obligation_id);
-- Answers that are still kept, by the change they answer for.
CREATE INDEX request_answered ON request (position) WHERE reply_sealed IS NOT NULL;
