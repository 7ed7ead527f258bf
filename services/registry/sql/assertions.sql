-- name: find_assert_key
-- The public key of an id, while it counts for saying who acts (1 ASSERT).
SELECT person_id, court_code, public_key
FROM officer_key WHERE key_id = $1 AND purpose = 1 AND algorithm = 'ed25519' AND ended_position IS NULL;

-- name: find_enrolment
-- Whether a person holds a role at a court now.
SELECT true FROM officer AS o JOIN court AS c USING (court_code)
WHERE o.person_id = $1 AND o.role = $2 AND o.court_code = $3
  AND o.ended_position IS NULL AND c.ended_position IS NULL;

-- name: claim_nonce
-- Use an assertion up; no row when it was used before. Every process of the registry meets at the primary key. The
-- commit does not wait for the disk: only a crash of the database could forget the last moments' nonces, while
-- nobody connects to it, and of an assertion overheard inside TLS there is no other copy to replay.
WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO assertion_nonce (person_id, nonce, expires_at)
SELECT $1, $2, $3 FROM unhurried
ON CONFLICT (person_id, nonce) DO NOTHING
RETURNING true;

-- name: forget_nonces
-- Nonces of assertions that any server refuses as expired by now, whatever its clock says.
DELETE FROM assertion_nonce WHERE expires_at < clock_timestamp() - $1::interval;
