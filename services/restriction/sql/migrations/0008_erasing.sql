-- Subjects that the registry erases are dropped here, too.

-- What was sent of a restriction is found by it. The table is as long as the life of the field.
SET LOCAL statement_timeout = 0;
CREATE INDEX delivery_of_restriction ON delivery (restriction_id);
