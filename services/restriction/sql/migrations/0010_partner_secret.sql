-- The partners' secret can be changed, and each field says for itself by which version its deliveries are keyed.
ALTER TABLE engine ADD COLUMN partner_secret integer NOT NULL DEFAULT 1;
