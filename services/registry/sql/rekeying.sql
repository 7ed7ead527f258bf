-- Used signatures: known by a digest under a version of the registry's secret, keyed anew under the one in use.

-- name: look_keyed
-- Those after position $2 that wait to be keyed under version $1, with what their hash can be had from: sealed beside the
-- digest, or from the facts of the act for those from before it was kept. Where these are erased it can no more be had.
SELECT used.position, used.hash_sealed, facts.facts_sealed
FROM used_signature AS used LEFT JOIN change_facts AS facts USING (position)
WHERE used.position > $2
    AND (used.secret_version < $1 OR used.hash_sealed IS NULL)
    AND (used.hash_sealed IS NOT NULL OR facts.facts_sealed IS NOT NULL)
ORDER BY used.position LIMIT $3;

-- name: keep_keyed
-- Each known by another digest, unless it has one of a later version by now.
UPDATE used_signature AS used
SET content_digest = one.anew, secret_version = $1, hash_sealed = one.hash_sealed
FROM unnest($2::bigint[], $3::bytea[], $4::bytea[]) AS one (position, anew, hash_sealed)
WHERE used.position = one.position AND used.secret_version <= $1;

-- name: count_keyed_by
-- How many are known by version $1 alone.
SELECT count(*) FROM used_signature WHERE secret_version = $1;

-- name: count_keyed_before
-- How many wait to be keyed under version $1; of more than $2, so many.
SELECT count(*) FROM (SELECT FROM used_signature WHERE secret_version < $1 LIMIT $2) AS waiting;
