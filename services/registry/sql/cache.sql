-- What a cache may hold of the records that an act touched.

-- name: touched
-- The subjects behind these listings, orders and subjects: their listings, and their documents whether
-- bound or not, for a document that was just unbound is still cached.
WITH subjects AS (
    SELECT unnest($1::uuid[]) AS subject_id
    UNION
    SELECT l.subject_id FROM listing l WHERE l.listing_id = ANY($2::uuid[])
    UNION
    SELECT o.subject_id FROM consumption_order o WHERE o.order_id = ANY($3::uuid[])
)
SELECT
    ARRAY(
        SELECT l.listing_id FROM listing l JOIN subjects s ON s.subject_id = l.subject_id
    ) AS listing_ids,
    ARRAY(
        SELECT ROW(d.document_id, d.kind, d.issuing_state, d.number_sealed)
        FROM document d JOIN subjects s ON s.subject_id = d.subject_id
    ) AS documents;
