-- The numbers of deliveries begin anew with a new store; whoever kept one of another life must learn of it.
ALTER TABLE engine ADD COLUMN series text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', '');
