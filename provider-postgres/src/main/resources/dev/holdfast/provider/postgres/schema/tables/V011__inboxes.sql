-- Inboxes of steps. Neither run nor step need exist.

-- One row per inbox: its number, and the last number that one of its messages got. An append has this row locked until its commit.
-- So numbers are without gap, come into sight in their order, and equal ids meet. The row outlives the messages, and goes with the
-- run. Three identifiers of full length are just short enough for an entry of an index; four would not be.
CREATE TABLE :schema.inbox (
  inbox_key     bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id        text    COLLATE "C" NOT NULL,
  step_id       text    COLLATE "C" NOT NULL,
  port          text    COLLATE "C" NOT NULL,
  last_sequence bigint  NOT NULL DEFAULT 0, -- 0 only inside a transaction
  cursor_order  bigint,                     -- of the inputs of a trigger, the cursor with the greatest order
  cursor_token  text,
  UNIQUE (run_id, step_id, port)
) WITH (
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);

-- A message is pending, locked while locked_until is in the future, or consumed. An input of a trigger is a message like others.
CREATE TABLE :schema.inbox_message (
  inbox_key      bigint  NOT NULL,
  sequence       bigint  NOT NULL,
  message_id     text    COLLATE "C" NOT NULL,
  content_hash   bytea   NOT NULL,
  payload_ref    text,                       -- in place of a payload
  appended_at    bigint  NOT NULL,
  consumed_at    bigint,
  lock_epoch     bigint  NOT NULL DEFAULT 0, -- the token of the last lock; once consumed, the token that was shown, 0 for none
  locked_until   bigint  NOT NULL DEFAULT 0,
  delivery_count integer NOT NULL DEFAULT 0,
  input_of       text    COLLATE "C",        -- of an input that is not consumed, the id of the run
  cursor_order   bigint,                     -- of an input
  cursor_token   text,
  payload        bytea,
  PRIMARY KEY (inbox_key, sequence)
) WITH (
  fillfactor = 80,
  autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);

-- Led by the id, so that a server without statistics never takes it for a look by key and number.
CREATE UNIQUE INDEX inbox_message_id ON :schema.inbox_message (message_id, inbox_key);

-- What is not consumed, so that a hundred thousand consumed messages cost nothing.
CREATE INDEX inbox_message_pending ON :schema.inbox_message (inbox_key, sequence) WHERE consumed_at IS NULL;
CREATE INDEX inbox_message_consumed
  ON :schema.inbox_message (consumed_at, inbox_key, sequence) WHERE consumed_at IS NOT NULL;

-- Runs that have inputs, by id.
CREATE INDEX inbox_message_input ON :schema.inbox_message (input_of, appended_at) WHERE input_of IS NOT NULL;

-- Ids of messages that were cleaned up, until their time is over.
CREATE TABLE :schema.inbox_id (
  inbox_key    bigint NOT NULL,
  message_id   text   COLLATE "C" NOT NULL,
  sequence     bigint NOT NULL,
  content_hash bytea  NOT NULL,
  forget_at    bigint NOT NULL,
  PRIMARY KEY (inbox_key, message_id)
);

CREATE INDEX inbox_id_end ON :schema.inbox_id (forget_at);
