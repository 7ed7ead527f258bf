-- Number a restored field's deliveries in a new series: partners who pull may have read beyond the backup, and the
-- numbers behind it are given again. The registry's store has none, nor has that of an older release.
SELECT EXISTS (
    SELECT FROM information_schema.columns
    WHERE table_schema = :'schema' AND table_name = 'engine' AND column_name = 'series'
) AS has_series \gset
\if :has_series
UPDATE :"schema".engine SET series = replace(gen_random_uuid()::text, '-', '');
\endif
