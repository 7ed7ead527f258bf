-- What a field's role may do in its own schema, and nothing besides: `python -m <field> migrate` takes back all
-- else. The owner of the schema alone may alter it.

-- name: serve
-- `python -m <field> serve` and `verify`. A copy of the ledger is rebuilt and dropped whole; what was witnessed
-- only grows. Of the query log no row is rewritten but for its answer, and rows go when their time is over.
GRANT SELECT ON migration TO :role;
GRANT SELECT, UPDATE ON engine TO :role;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    basis, binding, court, digest, epoch, follower, obligation, officer, officer_key, partner, pass, pending_start,
    query_count, query_log TO :role;
GRANT SELECT, INSERT, DELETE ON assertion_nonce, rating TO :role;
GRANT SELECT, INSERT ON seen_ending TO :role;
GRANT SELECT, INSERT, UPDATE ON delivered, delivery, partner_position TO :role;
