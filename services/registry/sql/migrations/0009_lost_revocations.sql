-- What was void from the start before a restore is void when a judge upholds it: an ending that was lost says its kind.
ALTER TABLE unsettled_ending ADD COLUMN void_from_start boolean NOT NULL DEFAULT false;
