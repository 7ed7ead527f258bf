-- A restore must not make of what was void from the start what was right while it stood: the witness says which it was.
ALTER TABLE seen_ending ADD COLUMN void_from_start boolean NOT NULL DEFAULT false;
UPDATE seen_ending SET void_from_start = true
WHERE basis_id IN (SELECT basis_id FROM basis WHERE void_from_start);
