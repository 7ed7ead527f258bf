-- Who asks.

-- name: list_partners
-- The partners that are not retired, each with the ratings of its sites, newest record first.
SELECT
    p.partner_id, p.name, p.fields, p.push_address,
    ARRAY(
        SELECT ROW(r.site_code, r.stars, r.first_on, r.last_on) FROM rating r
        WHERE r.partner_id = p.partner_id ORDER BY r.position DESC
    ) AS ratings
FROM partner p
WHERE p.retired_position IS NULL
ORDER BY p.partner_id;
