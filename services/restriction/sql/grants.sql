-- What a field's role may do in its own schema, and nothing besides: `python -m <field> migrate` takes back all
-- else. The owner of the schema alone may alter it.

-- name: serve
-- `python -m <field> serve` and `verify`. A copy of the ledger is rebuilt and dropped whole; what was witnessed
-- and the record of refusals only grow.
GRANT SELECT ON migration TO :role;
GRANT SELECT, UPDATE ON engine TO :role;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    basis, binding, court, digest, epoch, follower, obligation, partner, pass, pending_start TO :role;
GRANT SELECT, INSERT, DELETE ON rating TO :role;
GRANT SELECT, INSERT ON refusal, seen_ending TO :role;
GRANT SELECT, INSERT, UPDATE ON delivered, delivery, partner_position TO :role;
