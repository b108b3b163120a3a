-- Runs and their steps: rows of explicit state. A run and the instance of the same id are tied by the id alone.

-- What may be large comes last, so that what stands before it is read without it.
CREATE TABLE holdfast_run (
  run_key             INTEGER PRIMARY KEY,
  run_id              TEXT    NOT NULL UNIQUE,
  kind                TEXT    NOT NULL,
  status              TEXT    NOT NULL,
  version             INTEGER NOT NULL,
  attempt             INTEGER NOT NULL,
  created_at          INTEGER NOT NULL,
  updated_at          INTEGER NOT NULL,
  started_at          INTEGER,
  suspended_at        INTEGER,
  ended_at            INTEGER,
  has_suspension      INTEGER NOT NULL DEFAULT 0,
  suspension_step     TEXT,
  suspension_reason   TEXT,
  last_error          TEXT,
  data                BLOB,
  suspension_state    BLOB,
  suspension_metadata BLOB
) STRICT;

CREATE INDEX holdfast_run_created ON holdfast_run (created_at DESC, run_id);
CREATE INDEX holdfast_run_status ON holdfast_run (status, created_at DESC, run_id);
CREATE INDEX holdfast_run_kind ON holdfast_run (kind, created_at DESC, run_id);

-- Runs that something should move, by how long it has not.
CREATE INDEX holdfast_run_moving ON holdfast_run (updated_at, run_id) WHERE status IN ('RUNNING', 'RECOVERING');

CREATE TABLE holdfast_step (
  run_key             INTEGER NOT NULL,
  step_id             TEXT    NOT NULL,
  status              TEXT    NOT NULL,
  version             INTEGER NOT NULL,
  attempt             INTEGER NOT NULL,
  retryable           INTEGER,
  created_at          INTEGER NOT NULL,
  updated_at          INTEGER NOT NULL,
  scheduled_at        INTEGER,
  started_at          INTEGER,
  suspended_at        INTEGER,
  ended_at            INTEGER,
  has_suspension      INTEGER NOT NULL DEFAULT 0,
  suspension_step     TEXT,
  suspension_reason   TEXT,
  last_error          TEXT,
  outputs             BLOB,
  suspension_state    BLOB,
  suspension_metadata BLOB,
  PRIMARY KEY (run_key, step_id)
) STRICT;

CREATE INDEX holdfast_step_status ON holdfast_step (run_key, status, step_id);
CREATE INDEX holdfast_step_updated ON holdfast_step (run_key, updated_at);

-- The greatest version of a run or step that was deleted. New rows go on from it, so that no version that anybody has read
-- before is ever good for a later row of the same id. One row.
CREATE TABLE holdfast_deleted_version (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL
) STRICT;

INSERT INTO holdfast_deleted_version (id, version) VALUES (1, 0);
