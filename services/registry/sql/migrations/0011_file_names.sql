-- Courts name files after people, so the name of an import's file is sealed as everything personal is. What imports of
-- before were called cannot be sealed here, where no key is: it goes, and their ids stay.

ALTER TABLE import ADD COLUMN file_name_sealed bytea;
ALTER TABLE import DROP COLUMN file_name;
