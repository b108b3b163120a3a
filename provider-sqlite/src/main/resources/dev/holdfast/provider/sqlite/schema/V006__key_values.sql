-- Small named values of instances, with two sides: what ended executions have left, and what the running one has changed.

-- Whether an instance has ever had any, so that the others never look for them.
ALTER TABLE holdfast_instance ADD COLUMN has_values INTEGER NOT NULL DEFAULT 0;

-- What may be large comes last, so that what stands before it is read without it.
CREATE TABLE holdfast_key_value (
  instance_key INTEGER NOT NULL,
  key          TEXT    NOT NULL,
  merged_at    INTEGER,             -- NULL where ended executions have left nothing
  changed_at   INTEGER,             -- NULL where the running execution has changed nothing
  merged       BLOB,
  value        BLOB,                -- what it was changed to; NULL where it was cleared
  PRIMARY KEY (instance_key, key)
) STRICT;
