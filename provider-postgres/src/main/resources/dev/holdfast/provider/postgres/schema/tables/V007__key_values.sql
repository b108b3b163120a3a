-- Small named values of instances, with two sides: what ended executions have left, and what the running one has changed.

-- Whether an instance has ever had any, so that the others never look for them.
ALTER TABLE :schema.instance ADD COLUMN has_values boolean NOT NULL DEFAULT false;

-- No index on what changes, so that updates stay on their page.
CREATE TABLE :schema.key_value (
  instance_key bigint NOT NULL,
  key          text   COLLATE "C" NOT NULL,
  merged_at    bigint,             -- NULL where ended executions have left nothing
  changed_at   bigint,             -- NULL where the running execution has changed nothing
  merged       bytea,
  value        bytea,              -- what it was changed to; NULL where it was cleared
  PRIMARY KEY (instance_key, key)
) WITH (fillfactor = 80);
