-- Sealing values anew under the newest key. $1 is what every value begins with that this key has sealed. Of each place:
-- how many values begin otherwise, by the index of what they begin with; the rows after a key, with the value where it
-- begins otherwise; and the new values, each in place of the very one that was read. A row that an act holds is passed
-- over, so that nobody waits in a circle: the next pass finds it.

-- name: count_request
-- Answers kept for repeated requests: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM request
    WHERE substring(reply_sealed FROM 1 FOR 2 + get_byte(substring(reply_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(reply_sealed FROM 1 FOR 2 + get_byte(substring(reply_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM request
    WHERE substring(reply_sealed FROM 1 FOR 2 + get_byte(substring(reply_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(reply_sealed FROM 1 FOR 2 + get_byte(substring(reply_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_request
-- Answers kept for repeated requests: the next, and which of them wait.
SELECT request_id, CASE WHEN substring(reply_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN reply_sealed END AS sealed
FROM request WHERE request_id > $2::text ORDER BY request_id LIMIT $3;

-- name: keep_request
-- Answers kept for repeated requests: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.request_id, one.anew
    FROM unnest($1::text[], $2::bytea[], $3::bytea[]) AS one (request_id, sealed, anew)
    JOIN request AS t ON t.request_id = one.request_id AND t.reply_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE request AS t SET reply_sealed = free.anew FROM free WHERE t.request_id = free.request_id;

-- name: count_change_facts
-- Facts behind changes: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM change_facts
    WHERE substring(facts_sealed FROM 1 FOR 2 + get_byte(substring(facts_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(facts_sealed FROM 1 FOR 2 + get_byte(substring(facts_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM change_facts
    WHERE substring(facts_sealed FROM 1 FOR 2 + get_byte(substring(facts_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(facts_sealed FROM 1 FOR 2 + get_byte(substring(facts_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_change_facts
-- Facts behind changes: the next, and which of them wait.
SELECT position, CASE WHEN substring(facts_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN facts_sealed END AS sealed
FROM change_facts WHERE position > $2::bigint ORDER BY position LIMIT $3;

-- name: keep_change_facts
-- Facts behind changes: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.position, one.anew
    FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) AS one (position, sealed, anew)
    JOIN change_facts AS t ON t.position = one.position AND t.facts_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE change_facts AS t SET facts_sealed = free.anew FROM free WHERE t.position = free.position;

-- name: count_officer
-- Officers' names: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM officer
    WHERE substring(name_sealed FROM 1 FOR 2 + get_byte(substring(name_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(name_sealed FROM 1 FOR 2 + get_byte(substring(name_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM officer
    WHERE substring(name_sealed FROM 1 FOR 2 + get_byte(substring(name_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(name_sealed FROM 1 FOR 2 + get_byte(substring(name_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_officer
-- Officers' names: the next, and which of them wait.
SELECT person_id, role, court_code, CASE WHEN substring(name_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN name_sealed END AS sealed
FROM officer WHERE (person_id, role, court_code) > ($2::text, $3::smallint, $4::text) ORDER BY person_id, role, court_code LIMIT $5;

-- name: keep_officer
-- Officers' names: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.person_id, t.role, t.court_code, one.anew
    FROM unnest($1::text[], $2::smallint[], $3::text[], $4::bytea[], $5::bytea[]) AS one (person_id, role, court_code, sealed, anew)
    JOIN officer AS t ON t.person_id = one.person_id AND t.role = one.role AND t.court_code = one.court_code AND t.name_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE officer AS t SET name_sealed = free.anew FROM free WHERE t.person_id = free.person_id AND t.role = free.role AND t.court_code = free.court_code;

-- name: count_subject
-- Facts of subjects: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM subject
    WHERE substring(facts_sealed FROM 1 FOR 2 + get_byte(substring(facts_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(facts_sealed FROM 1 FOR 2 + get_byte(substring(facts_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM subject
    WHERE substring(facts_sealed FROM 1 FOR 2 + get_byte(substring(facts_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(facts_sealed FROM 1 FOR 2 + get_byte(substring(facts_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_subject
-- Facts of subjects: the next, and which of them wait.
SELECT subject_id, CASE WHEN substring(facts_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN facts_sealed END AS sealed
FROM subject WHERE subject_id > $2::uuid ORDER BY subject_id LIMIT $3;

-- name: keep_subject
-- Facts of subjects: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.subject_id, one.anew
    FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS one (subject_id, sealed, anew)
    JOIN subject AS t ON t.subject_id = one.subject_id AND t.facts_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE subject AS t SET facts_sealed = free.anew FROM free WHERE t.subject_id = free.subject_id;

-- name: count_document
-- Documents' numbers: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM document
    WHERE substring(number_sealed FROM 1 FOR 2 + get_byte(substring(number_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(number_sealed FROM 1 FOR 2 + get_byte(substring(number_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM document
    WHERE substring(number_sealed FROM 1 FOR 2 + get_byte(substring(number_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(number_sealed FROM 1 FOR 2 + get_byte(substring(number_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_document
-- Documents' numbers: the next, and which of them wait.
SELECT document_id, CASE WHEN substring(number_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN number_sealed END AS sealed
FROM document WHERE document_id > $2::uuid ORDER BY document_id LIMIT $3;

-- name: keep_document
-- Documents' numbers: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.document_id, one.anew
    FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS one (document_id, sealed, anew)
    JOIN document AS t ON t.document_id = one.document_id AND t.number_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE document AS t SET number_sealed = free.anew FROM free WHERE t.document_id = free.document_id;

-- name: count_obligation
-- Terms of obligations: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM obligation
    WHERE substring(terms_sealed FROM 1 FOR 2 + get_byte(substring(terms_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(terms_sealed FROM 1 FOR 2 + get_byte(substring(terms_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM obligation
    WHERE substring(terms_sealed FROM 1 FOR 2 + get_byte(substring(terms_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(terms_sealed FROM 1 FOR 2 + get_byte(substring(terms_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_obligation
-- Terms of obligations: the next, and which of them wait.
SELECT obligation_id, CASE WHEN substring(terms_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN terms_sealed END AS sealed
FROM obligation WHERE obligation_id > $2::uuid ORDER BY obligation_id LIMIT $3;

-- name: keep_obligation
-- Terms of obligations: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.obligation_id, one.anew
    FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS one (obligation_id, sealed, anew)
    JOIN obligation AS t ON t.obligation_id = one.obligation_id AND t.terms_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE obligation AS t SET terms_sealed = free.anew FROM free WHERE t.obligation_id = free.obligation_id;

-- name: count_listing
-- Texts of listings: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM listing
    WHERE substring(text_sealed FROM 1 FOR 2 + get_byte(substring(text_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(text_sealed FROM 1 FOR 2 + get_byte(substring(text_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM listing
    WHERE substring(text_sealed FROM 1 FOR 2 + get_byte(substring(text_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(text_sealed FROM 1 FOR 2 + get_byte(substring(text_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_listing
-- Texts of listings: the next, and which of them wait.
SELECT listing_id, CASE WHEN substring(text_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN text_sealed END AS sealed
FROM listing WHERE listing_id > $2::uuid ORDER BY listing_id LIMIT $3;

-- name: keep_listing
-- Texts of listings: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.listing_id, one.anew
    FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS one (listing_id, sealed, anew)
    JOIN listing AS t ON t.listing_id = one.listing_id AND t.text_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE listing AS t SET text_sealed = free.anew FROM free WHERE t.listing_id = free.listing_id;

-- name: count_consumption_order
-- Texts of orders: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM consumption_order
    WHERE substring(text_sealed FROM 1 FOR 2 + get_byte(substring(text_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(text_sealed FROM 1 FOR 2 + get_byte(substring(text_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM consumption_order
    WHERE substring(text_sealed FROM 1 FOR 2 + get_byte(substring(text_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(text_sealed FROM 1 FOR 2 + get_byte(substring(text_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_consumption_order
-- Texts of orders: the next, and which of them wait.
SELECT order_id, CASE WHEN substring(text_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN text_sealed END AS sealed
FROM consumption_order WHERE order_id > $2::uuid ORDER BY order_id LIMIT $3;

-- name: keep_consumption_order
-- Texts of orders: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.order_id, one.anew
    FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS one (order_id, sealed, anew)
    JOIN consumption_order AS t ON t.order_id = one.order_id AND t.text_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE consumption_order AS t SET text_sealed = free.anew FROM free WHERE t.order_id = free.order_id;

-- name: count_binding_preparation
-- Bindings that wait for a second person: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM binding_preparation
    WHERE substring(binding_sealed FROM 1 FOR 2 + get_byte(substring(binding_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(binding_sealed FROM 1 FOR 2 + get_byte(substring(binding_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM binding_preparation
    WHERE substring(binding_sealed FROM 1 FOR 2 + get_byte(substring(binding_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(binding_sealed FROM 1 FOR 2 + get_byte(substring(binding_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_binding_preparation
-- Bindings that wait for a second person: the next, and which of them wait.
SELECT preparation_id, CASE WHEN substring(binding_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN binding_sealed END AS sealed
FROM binding_preparation WHERE preparation_id > $2::uuid ORDER BY preparation_id LIMIT $3;

-- name: keep_binding_preparation
-- Bindings that wait for a second person: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.preparation_id, one.anew
    FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS one (preparation_id, sealed, anew)
    JOIN binding_preparation AS t ON t.preparation_id = one.preparation_id AND t.binding_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE binding_preparation AS t SET binding_sealed = free.anew FROM free WHERE t.preparation_id = free.preparation_id;

-- name: count_statement
-- Payees of payoff statements: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM statement
    WHERE substring(payee_sealed FROM 1 FOR 2 + get_byte(substring(payee_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(payee_sealed FROM 1 FOR 2 + get_byte(substring(payee_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM statement
    WHERE substring(payee_sealed FROM 1 FOR 2 + get_byte(substring(payee_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(payee_sealed FROM 1 FOR 2 + get_byte(substring(payee_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_statement
-- Payees of payoff statements: the next, and which of them wait.
SELECT statement_id, CASE WHEN substring(payee_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN payee_sealed END AS sealed
FROM statement WHERE statement_id > $2::uuid ORDER BY statement_id LIMIT $3;

-- name: keep_statement
-- Payees of payoff statements: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.statement_id, one.anew
    FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS one (statement_id, sealed, anew)
    JOIN statement AS t ON t.statement_id = one.statement_id AND t.payee_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE statement AS t SET payee_sealed = free.anew FROM free WHERE t.statement_id = free.statement_id;

-- name: count_used_signature
-- Hashes of what was signed: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM used_signature
    WHERE substring(hash_sealed FROM 1 FOR 2 + get_byte(substring(hash_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(hash_sealed FROM 1 FOR 2 + get_byte(substring(hash_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM used_signature
    WHERE substring(hash_sealed FROM 1 FOR 2 + get_byte(substring(hash_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(hash_sealed FROM 1 FOR 2 + get_byte(substring(hash_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_used_signature
-- Hashes of what was signed: the next, and which of them wait.
SELECT position, CASE WHEN substring(hash_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN hash_sealed END AS sealed
FROM used_signature WHERE position > $2::bigint ORDER BY position LIMIT $3;

-- name: keep_used_signature
-- Hashes of what was signed: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.position, one.anew
    FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) AS one (position, sealed, anew)
    JOIN used_signature AS t ON t.position = one.position AND t.hash_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE used_signature AS t SET hash_sealed = free.anew FROM free WHERE t.position = free.position;

-- name: count_import
-- Names of files: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM import
    WHERE substring(file_name_sealed FROM 1 FOR 2 + get_byte(substring(file_name_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(file_name_sealed FROM 1 FOR 2 + get_byte(substring(file_name_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM import
    WHERE substring(file_name_sealed FROM 1 FOR 2 + get_byte(substring(file_name_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(file_name_sealed FROM 1 FOR 2 + get_byte(substring(file_name_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_import
-- Names of files: the next, and which of them wait.
SELECT import_id, CASE WHEN substring(file_name_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN file_name_sealed END AS sealed
FROM import WHERE import_id > $2::uuid ORDER BY import_id LIMIT $3;

-- name: keep_import
-- Names of files: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.import_id, one.anew
    FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS one (import_id, sealed, anew)
    JOIN import AS t ON t.import_id = one.import_id AND t.file_name_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE import AS t SET file_name_sealed = free.anew FROM free WHERE t.import_id = free.import_id;

-- name: count_chunk_records
-- Records of imports: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM import_chunk
    WHERE substring(records_sealed FROM 1 FOR 2 + get_byte(substring(records_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(records_sealed FROM 1 FOR 2 + get_byte(substring(records_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM import_chunk
    WHERE substring(records_sealed FROM 1 FOR 2 + get_byte(substring(records_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(records_sealed FROM 1 FOR 2 + get_byte(substring(records_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_chunk_records
-- Records of imports: the next, and which of them wait.
SELECT import_id, first_record, CASE WHEN substring(records_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN records_sealed END AS sealed
FROM import_chunk WHERE (import_id, first_record) > ($2::uuid, $3::bigint) ORDER BY import_id, first_record LIMIT $4;

-- name: keep_chunk_records
-- Records of imports: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.import_id, t.first_record, one.anew
    FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::bytea[]) AS one (import_id, first_record, sealed, anew)
    JOIN import_chunk AS t ON t.import_id = one.import_id AND t.first_record = one.first_record AND t.records_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE import_chunk AS t SET records_sealed = free.anew FROM free WHERE t.import_id = free.import_id AND t.first_record = free.first_record;

-- name: count_chunk_papers
-- Papers of sound rows: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM import_chunk
    WHERE substring(papers_sealed FROM 1 FOR 2 + get_byte(substring(papers_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(papers_sealed FROM 1 FOR 2 + get_byte(substring(papers_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM import_chunk
    WHERE substring(papers_sealed FROM 1 FOR 2 + get_byte(substring(papers_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(papers_sealed FROM 1 FOR 2 + get_byte(substring(papers_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_chunk_papers
-- Papers of sound rows: the next, and which of them wait.
SELECT import_id, first_record, CASE WHEN substring(papers_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN papers_sealed END AS sealed
FROM import_chunk WHERE (import_id, first_record) > ($2::uuid, $3::bigint) ORDER BY import_id, first_record LIMIT $4;

-- name: keep_chunk_papers
-- Papers of sound rows: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.import_id, t.first_record, one.anew
    FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::bytea[]) AS one (import_id, first_record, sealed, anew)
    JOIN import_chunk AS t ON t.import_id = one.import_id AND t.first_record = one.first_record AND t.papers_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE import_chunk AS t SET papers_sealed = free.anew FROM free WHERE t.import_id = free.import_id AND t.first_record = free.first_record;

-- name: count_import_row
-- What was added to rows: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM import_row
    WHERE substring(completion_sealed FROM 1 FOR 2 + get_byte(substring(completion_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(completion_sealed FROM 1 FOR 2 + get_byte(substring(completion_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM import_row
    WHERE substring(completion_sealed FROM 1 FOR 2 + get_byte(substring(completion_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(completion_sealed FROM 1 FOR 2 + get_byte(substring(completion_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_import_row
-- What was added to rows: the next, and which of them wait.
SELECT import_id, row_number, CASE WHEN substring(completion_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN completion_sealed END AS sealed
FROM import_row WHERE (import_id, row_number) > ($2::uuid, $3::bigint) ORDER BY import_id, row_number LIMIT $4;

-- name: keep_import_row
-- What was added to rows: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.import_id, t.row_number, one.anew
    FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::bytea[]) AS one (import_id, row_number, sealed, anew)
    JOIN import_row AS t ON t.import_id = one.import_id AND t.row_number = one.row_number AND t.completion_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE import_row AS t SET completion_sealed = free.anew FROM free WHERE t.import_id = free.import_id AND t.row_number = free.row_number;

-- name: count_import_sample
-- Rows of samples: how many wait to be sealed anew; of more than $2 on either side, so many.
SELECT (SELECT count(*) FROM (
    SELECT FROM import_sample
    WHERE substring(fields_sealed FROM 1 FOR 2 + get_byte(substring(fields_sealed FROM 1 FOR 2) || '\x0000', 1)) < $1
    ORDER BY substring(fields_sealed FROM 1 FOR 2 + get_byte(substring(fields_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS below) + (SELECT count(*) FROM (
    SELECT FROM import_sample
    WHERE substring(fields_sealed FROM 1 FOR 2 + get_byte(substring(fields_sealed FROM 1 FOR 2) || '\x0000', 1)) > $1
    ORDER BY substring(fields_sealed FROM 1 FOR 2 + get_byte(substring(fields_sealed FROM 1 FOR 2) || '\x0000', 1)) LIMIT $2
) AS above);

-- name: look_import_sample
-- Rows of samples: the next, and which of them wait.
SELECT import_id, row_number, CASE WHEN substring(fields_sealed FROM 1 FOR octet_length($1::bytea)) <> $1 THEN fields_sealed END AS sealed
FROM import_sample WHERE (import_id, row_number) > ($2::uuid, $3::bigint) ORDER BY import_id, row_number LIMIT $4;

-- name: keep_import_sample
-- Rows of samples: sealed anew.
WITH free AS MATERIALIZED (
    SELECT t.import_id, t.row_number, one.anew
    FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::bytea[]) AS one (import_id, row_number, sealed, anew)
    JOIN import_sample AS t ON t.import_id = one.import_id AND t.row_number = one.row_number AND t.fields_sealed = one.sealed
    FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE import_sample AS t SET fields_sealed = free.anew FROM free WHERE t.import_id = free.import_id AND t.row_number = free.row_number;
