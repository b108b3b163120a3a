-- The core of the store: instances with their locks, executions, histories and both queues.
--
-- Times are microseconds since 1970 by the clock of the configuration. Everything that belongs to an instance hangs on
-- its small integer key, which grows with time: rows of one moment lie together, and text ids are looked up once.
-- Tables are STRICT, so that a row of the wrong shape cannot come into being.

-- Numbers that grow for ever, store-wide: lock epochs, insertion order, ready order. One row.
CREATE TABLE holdfast_counter (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  value INTEGER NOT NULL
) STRICT;

INSERT INTO holdfast_counter (id, value) VALUES (1, 0);

-- One row per id that anything is known of. The instance exists, in the sense of the contract, once it has a name; before
-- that the row only carries the lock and the readiness of what is queued for the id.
CREATE TABLE holdfast_instance (
  instance_key       INTEGER PRIMARY KEY,
  instance_id        TEXT    NOT NULL UNIQUE,
  name               TEXT,
  version            TEXT,
  parent_instance_id TEXT,
  created_at         INTEGER,
  updated_at         INTEGER NOT NULL DEFAULT 0, -- the last applied ack; 0 before the first
  execution_id       INTEGER NOT NULL DEFAULT 0, -- the greatest acked execution; 0 before the first ack

  -- When a fetch should look at it next; NULL when nothing is queued that could be delivered. Locked: the lock end.
  -- Free: the moment from which it is deliverable. Equal moments are served in the order of ready_seq.
  ready_at           INTEGER,
  ready_seq          INTEGER NOT NULL DEFAULT 0,

  locked_until       INTEGER NOT NULL DEFAULT 0, -- the end of the lock; of a free instance, the end of the delay of an abandon
  lock_epoch         INTEGER NOT NULL DEFAULT 0, -- the token of the holder, live or expired; 0 when released
  acked_epoch        INTEGER NOT NULL DEFAULT 0, -- the token of the last applied ack
  delivery_count     INTEGER NOT NULL DEFAULT 0, -- deliveries since the last applied ack

  -- The batch of the holder: its messages that were visible at batch_until and stored up to batch_seq.
  batch_until        INTEGER NOT NULL DEFAULT 0,
  batch_seq          INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX holdfast_instance_ready ON holdfast_instance (ready_at, ready_seq) WHERE ready_at IS NOT NULL;

CREATE TABLE holdfast_execution (
  instance_key INTEGER NOT NULL,
  execution_id INTEGER NOT NULL,
  status       TEXT    NOT NULL,
  output       BLOB,
  started_at   INTEGER NOT NULL,
  completed_at INTEGER,
  PRIMARY KEY (instance_key, execution_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE holdfast_history (
  instance_key INTEGER NOT NULL,
  execution_id INTEGER NOT NULL,
  event_id     INTEGER NOT NULL,
  kind         TEXT    NOT NULL,
  data         BLOB    NOT NULL,
  recorded_at  INTEGER NOT NULL,
  PRIMARY KEY (instance_key, execution_id, event_id)
) STRICT, WITHOUT ROWID;

-- The orchestrator queue. Clustered by visible_at, so that what is visible is one range and far timers are never read.
CREATE TABLE holdfast_message (
  instance_key       INTEGER NOT NULL,
  visible_at         INTEGER NOT NULL,
  seq                INTEGER NOT NULL,           -- insertion order
  kind               TEXT    NOT NULL,
  body               BLOB    NOT NULL,
  start_name         TEXT,                       -- present on messages that can begin an execution
  start_version      TEXT,
  start_parent       TEXT,
  message_id         TEXT,
  discard_if_unknown     INTEGER NOT NULL,
  activity_epoch     INTEGER NOT NULL DEFAULT 0, -- a completion: the token that acked the activity
  PRIMARY KEY (instance_key, visible_at, seq)
) STRICT, WITHOUT ROWID;

-- Message ids that were used, with a hash of the content they came with.
CREATE TABLE holdfast_message_id (
  instance_key INTEGER NOT NULL,
  message_id   TEXT    NOT NULL,
  content_hash BLOB    NOT NULL,
  PRIMARY KEY (instance_key, message_id)
) STRICT, WITHOUT ROWID;

-- The worker queue. ready_at is the moment from which an activity is deliverable: the lock end while it is locked.
CREATE TABLE holdfast_activity (
  instance_key          INTEGER NOT NULL,
  execution_id          INTEGER NOT NULL,
  activity_id           INTEGER NOT NULL,
  seq                   INTEGER NOT NULL,           -- insertion order
  name                  TEXT    NOT NULL,
  input                 BLOB    NOT NULL,
  orchestration_name    TEXT    NOT NULL,
  orchestration_version TEXT,
  ready_at              INTEGER NOT NULL,
  lock_epoch            INTEGER NOT NULL DEFAULT 0, -- the token of the holder, live or expired; 0 when released
  delivery_count         INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (instance_key, execution_id, activity_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX holdfast_activity_ready ON holdfast_activity (ready_at, seq);
