-- Who may ask who asked: statements of asking/enrolments.py. Unqualified names fall into the field's schema.

-- name: find_assert_key
-- The public key of an id, while it counts, and its court.
SELECT k.person_id, k.court_code, k.public_key
FROM engine e
JOIN officer_key k ON k.generation = e.generation
JOIN court c ON c.generation = e.generation AND c.court_code = k.court_code
WHERE k.key_id = $1 AND k.enrolled_position > GREATEST(k.retired_position, c.retired_position)
  AND c.position > c.retired_position;

-- name: find_office
-- Whether a person holds a role at a court.
SELECT true
FROM engine e
JOIN officer o ON o.generation = e.generation
JOIN court c ON c.generation = e.generation AND c.court_code = o.court_code
WHERE o.person_id = $1 AND o.role = $2 AND o.court_code = $3
  AND o.enrolled_position > GREATEST(o.retired_position, c.retired_position)
  AND c.position > c.retired_position;

-- name: claim_nonce
-- Use an assertion up; no row when it was used before.
INSERT INTO assertion_nonce (person_id, nonce, expires_at) VALUES ($1, $2, $3)
ON CONFLICT (person_id, nonce) DO NOTHING
RETURNING true;

-- name: forget_nonces
-- Nonces of assertions that are refused as expired by now, whatever a server's clock says.
DELETE FROM assertion_nonce WHERE expires_at < $1;
