-- Who asks.

-- name: list_partners
-- A page of the partners that are not retired, each with the change that tells what it may ask, and with the ratings
-- of its sites, newest record first.
SELECT
    p.partner_id, p.name, p.fields, p.push_address, c.body,
    ARRAY(
        SELECT ROW(r.site_code, r.stars, r.first_on, r.last_on) FROM rating r
        WHERE r.partner_id = p.partner_id ORDER BY r.position DESC
    ) AS ratings
FROM partner p
JOIN change c ON c.position = p.position
WHERE p.retired_position IS NULL AND p.partner_id > $1
ORDER BY p.partner_id
LIMIT $2;
