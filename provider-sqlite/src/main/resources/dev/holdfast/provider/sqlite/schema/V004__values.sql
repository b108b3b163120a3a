-- What an instance says of itself: the version that it is pinned to, and its custom status.

-- The pin of the current execution, as 1.10.0. NULL without one, and after an end as ContinuedAsNew, which leaves nothing to
-- replay.
ALTER TABLE holdfast_instance ADD COLUMN pin TEXT;

-- Apart from the instance, whose row is written several times per turn while this may be large.
CREATE TABLE holdfast_custom_status (
  instance_key INTEGER PRIMARY KEY,
  value        BLOB,                -- NULL once it was cleared
  version      INTEGER NOT NULL     -- how many acks have set or cleared it
) STRICT;
