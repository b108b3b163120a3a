-- What an instance says of itself: the version that it is pinned to, and its custom status.

-- The pin of the current execution, three numbers, which arrays compare one by one. NULL without one, and after an end as
-- ContinuedAsNew, which leaves nothing to replay.
ALTER TABLE :schema.instance ADD COLUMN pin integer[];

-- Apart from the instance, whose row every ack writes anew.
CREATE TABLE :schema.custom_status (
  instance_key bigint PRIMARY KEY,
  value        bytea,              -- NULL once it was cleared
  version      bigint NOT NULL     -- how many acks have set or cleared it
);
