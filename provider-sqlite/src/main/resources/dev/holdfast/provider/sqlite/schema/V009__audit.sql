-- What has happened to runs, for people. It is about runs by name and tied to nothing: deleting an instance leaves it, and a
-- clean-up removes it. Times of storing never fall as the sequence grows, so a range of time is a range of the key.
CREATE TABLE holdfast_audit_record (
  sequence    INTEGER PRIMARY KEY, -- from holdfast_counter, which outlives the row
  stored_at   INTEGER NOT NULL,
  run_id      TEXT    NOT NULL,
  type        TEXT    NOT NULL,
  step_id     TEXT,
  happened_at INTEGER NOT NULL,    -- by the clock of whoever offered it
  data        BLOB    NOT NULL
) STRICT;

CREATE INDEX holdfast_audit_record_time ON holdfast_audit_record (stored_at, sequence);
CREATE INDEX holdfast_audit_record_run  ON holdfast_audit_record (run_id, sequence);
CREATE INDEX holdfast_audit_record_type ON holdfast_audit_record (type, sequence);
CREATE INDEX holdfast_audit_record_step ON holdfast_audit_record (step_id, sequence) WHERE step_id IS NOT NULL;
