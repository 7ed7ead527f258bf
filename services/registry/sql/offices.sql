-- Whether who acts still holds the office in which she was let in: statements of offices.py.

-- name: keep_court
-- Keep a court and its people as they are until commit, beside others who do.
SELECT true FROM court WHERE court_code = $1 FOR SHARE;

-- name: holds_office
-- Whether a person holds a role at a court now.
SELECT true FROM officer AS o JOIN court AS c USING (court_code)
WHERE o.person_id = $1 AND o.role = $2 AND o.court_code = $3
  AND o.ended_position IS NULL AND c.ended_position IS NULL;
