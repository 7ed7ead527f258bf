-- The seal with which the registry sent an ending; empty for one that was read before there were any.
ALTER TABLE seen_ending ADD COLUMN seal bytea NOT NULL DEFAULT '';
