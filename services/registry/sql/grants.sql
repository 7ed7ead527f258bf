-- What each role of the registry may do, and nothing besides: `python -m registry migrate` takes back all else.
-- The owner of the schema alone may alter it. UPDATE is also what holding a row (FOR UPDATE) takes.

-- name: serve
-- `python -m registry serve` and `verify`. The chain is appended to and never altered.
GRANT SELECT ON migration TO :role;
GRANT SELECT, INSERT ON change, change_facts TO :role;
GRANT SELECT, UPDATE ON ledger_head TO :role;
GRANT SELECT, INSERT ON
    import, import_chunk, obligation_case, obligation_debtor, rating, statement, used_signature TO :role;
GRANT SELECT, INSERT, UPDATE ON
    binding_preparation, consumption_order, court, document, listing, obligation, officer, officer_key, partner, pass,
    repayment, request, subject, task, unsettled_ending TO :role;
GRANT UPDATE ON import, import_chunk TO :role;
GRANT SELECT, UPDATE ON import_row, import_sample TO :role;
GRANT SELECT, INSERT, UPDATE ON digest_epoch TO :role;
-- A digest goes when its document is unbound, a used assertion once it is past, a follower when it is retired.
GRANT SELECT, INSERT, DELETE ON assertion_nonce, document_digest TO :role;
GRANT SELECT, INSERT, UPDATE, DELETE ON follower TO :role;
-- What was looked into of a document goes with its binding.
GRANT SELECT, INSERT, UPDATE, DELETE ON misfit_name TO :role;

-- name: import
-- `python -m registry import`. It enters whole rows and ends what it entered; what a change of keys leaves to do is its, too.
GRANT SELECT ON migration, court, import, ledger_head, pass, repayment TO :role;
GRANT UPDATE ON import, ledger_head TO :role;
GRANT INSERT ON change TO :role;
GRANT SELECT, INSERT ON obligation_case, obligation_debtor TO :role;
GRANT SELECT, INSERT, UPDATE ON
    change_facts, consumption_order, digest_epoch, document, listing, obligation, subject TO :role;
-- It files documents under a further digest key, and drops the digests of a key that is gone.
GRANT SELECT, INSERT, DELETE ON document_digest TO :role;
-- What was looked into of a document goes with its binding.
GRANT SELECT, DELETE ON misfit_name TO :role;
-- It seals every sealed value anew when the key has changed, and keys what was signed anew when the secret has.
GRANT SELECT, UPDATE ON binding_preparation, officer, request, statement, used_signature TO :role;
GRANT SELECT, UPDATE ON import_chunk, task, unsettled_ending TO :role;
GRANT SELECT, INSERT, UPDATE ON import_row, import_sample TO :role;

-- name: erase
-- The importer's second connection, with which it erases what time is over for. Nobody else deletes anything of the
-- record, and this role can neither change what it deletes nor touch the chain but by adding to it.
GRANT SELECT ON migration, follower TO :role;
GRANT SELECT, INSERT ON change TO :role;
GRANT SELECT, UPDATE ON ledger_head, change_concern_head TO :role;
GRANT SELECT, INSERT, DELETE ON change_concern TO :role;
GRANT SELECT, DELETE ON
    binding_preparation, change_facts, consumption_order, document, document_digest, listing, misfit_name,
    obligation_case, obligation_debtor, pass, repayment, statement, task, unsettled_ending TO :role;
-- To hold them.
GRANT SELECT, UPDATE, DELETE ON obligation, subject TO :role;
-- Of an answer that is erased the id stays used; of an import what became of its rows stays.
GRANT SELECT, UPDATE ON import, import_chunk, import_row, import_sample, request TO :role;
