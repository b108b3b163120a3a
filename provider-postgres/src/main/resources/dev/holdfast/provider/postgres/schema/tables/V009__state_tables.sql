-- Runs and their steps: rows of explicit state. A run and the instance of the same id are tied by the id alone.
CREATE TABLE :schema.run (
  run_key             bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id              text    COLLATE "C" NOT NULL UNIQUE,
  kind                text    COLLATE "C" NOT NULL,
  status              text    COLLATE "C" NOT NULL,
  version             bigint  NOT NULL,
  attempt             integer NOT NULL,
  created_at          bigint  NOT NULL,
  updated_at          bigint  NOT NULL,
  started_at          bigint,
  suspended_at        bigint,
  ended_at            bigint,
  last_error          text,
  has_suspension      boolean NOT NULL DEFAULT false,
  suspension_step     text,
  suspension_reason   text,
  suspension_state    bytea,
  suspension_metadata bytea,
  data                bytea
) WITH (fillfactor = 80);

CREATE INDEX run_created ON :schema.run (created_at DESC, run_id);
CREATE INDEX run_status ON :schema.run (status, created_at DESC, run_id);
CREATE INDEX run_kind ON :schema.run (kind, created_at DESC, run_id);

-- Runs that something should move, by how long it has not.
CREATE INDEX run_moving ON :schema.run (updated_at, run_id) WHERE status IN ('RUNNING', 'RECOVERING');

CREATE TABLE :schema.step (
  run_key             bigint  NOT NULL,
  step_id             text    COLLATE "C" NOT NULL,
  status              text    COLLATE "C" NOT NULL,
  version             bigint  NOT NULL,
  attempt             integer NOT NULL,
  retryable           boolean,
  has_suspension      boolean NOT NULL DEFAULT false,
  suspension_step     text,
  suspension_reason   text,
  created_at          bigint  NOT NULL,
  updated_at          bigint  NOT NULL,
  scheduled_at        bigint,
  started_at          bigint,
  suspended_at        bigint,
  ended_at            bigint,
  last_error          text,
  suspension_state    bytea,
  suspension_metadata bytea,
  outputs             bytea,
  PRIMARY KEY (run_key, step_id)
) WITH (fillfactor = 80);

CREATE INDEX step_status ON :schema.step (run_key, status, step_id);
CREATE INDEX step_updated ON :schema.step (run_key, updated_at);

-- The greatest version of a run or step that was deleted. New rows go on from it, so that no version that anybody has read
-- before is ever good for a later row of the same id. One row.
CREATE TABLE :schema.deleted_version (
  version bigint NOT NULL
);

INSERT INTO :schema.deleted_version (version) VALUES (0);
