-- What a change of keys leaves to do is found without reading tables through: an operator asks for it, and waits.

-- What a sealed value begins with (registry/sealing.py): a version, how long the key's id is, and the id. Nothing is sealed
-- that is shorter; what were, would not keep anybody from writing.
CREATE INDEX request_by_seal ON request ((
    substring(reply_sealed FROM 1 FOR 2 + get_byte(substring(reply_sealed FROM 1 FOR 2) || '\x0000', 1))
));
CREATE INDEX change_facts_by_seal ON change_facts ((
    substring(facts_sealed FROM 1 FOR 2 + get_byte(substring(facts_sealed FROM 1 FOR 2) || '\x0000', 1))
));
CREATE INDEX officer_by_seal ON officer ((
    substring(name_sealed FROM 1 FOR 2 + get_byte(substring(name_sealed FROM 1 FOR 2) || '\x0000', 1))
));
CREATE INDEX subject_by_seal ON subject ((
    substring(facts_sealed FROM 1 FOR 2 + get_byte(substring(facts_sealed FROM 1 FOR 2) || '\x0000', 1))
));
CREATE INDEX document_by_seal ON document ((
    substring(number_sealed FROM 1 FOR 2 + get_byte(substring(number_sealed FROM 1 FOR 2) || '\x0000', 1))
));
CREATE INDEX obligation_by_seal ON obligation ((
    substring(terms_sealed FROM 1 FOR 2 + get_byte(substring(terms_sealed FROM 1 FOR 2) || '\x0000', 1))
));
CREATE INDEX listing_by_seal ON listing ((
    substring(text_sealed FROM 1 FOR 2 + get_byte(substring(text_sealed FROM 1 FOR 2) || '\x0000', 1))
));
CREATE INDEX consumption_order_by_seal ON consumption_order ((
    substring(text_sealed FROM 1 FOR 2 + get_byte(substring(text_sealed FROM 1 FOR 2) || '\x0000', 1))
));
CREATE INDEX binding_preparation_by_seal ON binding_preparation ((
    substring(binding_sealed FROM 1 FOR 2 + get_byte(substring(binding_sealed FROM 1 FOR 2) || '\x0000', 1))
));
CREATE INDEX statement_by_seal ON statement ((
    substring(payee_sealed FROM 1 FOR 2 + get_byte(substring(payee_sealed FROM 1 FOR 2) || '\x0000', 1))
));
CREATE INDEX chunk_records_by_seal ON import_chunk ((
    substring(records_sealed FROM 1 FOR 2 + get_byte(substring(records_sealed FROM 1 FOR 2) || '\x0000', 1))
));
CREATE INDEX chunk_papers_by_seal ON import_chunk ((
    substring(papers_sealed FROM 1 FOR 2 + get_byte(substring(papers_sealed FROM 1 FOR 2) || '\x0000', 1))
));
CREATE INDEX import_row_by_seal ON import_row ((
    substring(completion_sealed FROM 1 FOR 2 + get_byte(substring(completion_sealed FROM 1 FOR 2) || '\x0000', 1))
));
CREATE INDEX import_sample_by_seal ON import_sample ((
    substring(fields_sealed FROM 1 FOR 2 + get_byte(substring(fields_sealed FROM 1 FOR 2) || '\x0000', 1))
));
CREATE INDEX import_by_seal ON import ((
    substring(file_name_sealed FROM 1 FOR 2 + get_byte(substring(file_name_sealed FROM 1 FOR 2) || '\x0000', 1))
));

-- How far an epoch is filled: every bound document up to this one has its digest. Those beyond that were bound since
-- the opening have theirs, too.
ALTER TABLE digest_epoch ADD COLUMN filled_to uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
UPDATE digest_epoch SET filled_to = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE filled;
