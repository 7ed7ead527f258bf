-- Who handed records of an import in: none of them approves or signs it. Of imports that were staged before it is not known.

ALTER TABLE import ADD COLUMN staged_by text[] NOT NULL DEFAULT '{}';
ALTER TABLE import ADD CONSTRAINT import_is_signed_by_no_stager CHECK (
    state NOT IN (5, 6, 8, 9) OR (approved_by <> ALL (staged_by) AND signed_by <> ALL (staged_by))
);
