-- The decision's number as a listing was first entered with: an ended listing is decided anew, whatever the number was
-- corrected to. Null where it was never corrected, or before this release, where the first number is not known.

ALTER TABLE listing ADD COLUMN first_decision_number text;
