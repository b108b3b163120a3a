-- What has happened to runs, for people. It is about runs by name and tied to nothing: deleting an instance leaves it, and a
-- clean-up removes it. Times of storing never fall as the sequence grows, so a range of time is a range of the key.
CREATE TABLE :schema.audit_record (
  sequence    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- drawn one batch at a time, so in the order of commits
  stored_at   bigint NOT NULL,
  run_id      text   COLLATE "C" NOT NULL,
  type        text   COLLATE "C" NOT NULL,
  step_id     text   COLLATE "C",
  happened_at bigint NOT NULL,                                 -- by the clock of whoever offered it
  data        bytea  NOT NULL
);

CREATE INDEX audit_record_time ON :schema.audit_record (stored_at, sequence);
CREATE INDEX audit_record_run  ON :schema.audit_record (run_id, sequence);
CREATE INDEX audit_record_type ON :schema.audit_record (type, sequence);
CREATE INDEX audit_record_step ON :schema.audit_record (step_id, sequence) WHERE step_id IS NOT NULL;
