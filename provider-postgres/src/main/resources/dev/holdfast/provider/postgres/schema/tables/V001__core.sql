-- The core of the store: instances, executions, histories and both queues, in a schema of their own.
--
-- Times are microseconds since 1970 by the database's clock. Everything that belongs to an instance hangs on its number,
-- which grows with time: rows of one moment lie together, and text ids are looked up once.

-- One counter for everything that has to grow: the epochs of locks, insertion order, ready order. A sequence without
-- cache, so that of two numbers the later drawn is the greater one, whichever connection drew them.
CREATE SEQUENCE :schema.order_seq;

-- One row per id that anything is known of. The instance exists, in the sense of the contract, once it has a name; before
-- that the row is no more than a number for the id. No index on what changes, so that updates stay on their page.
CREATE TABLE :schema.instance (
  instance_key       bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  instance_id        text    COLLATE "C" NOT NULL UNIQUE,
  name               text,
  version            text,
  parent_instance_id text,
  created_at         bigint,
  updated_at         bigint  NOT NULL DEFAULT 0, -- the last applied ack; 0 before the first
  execution_id       bigint  NOT NULL DEFAULT 0, -- the greatest acked execution; 0 before the first ack
  acked_epoch        bigint  NOT NULL DEFAULT 0, -- the token of the last applied ack
  problem            text,                        -- what keeps it from moving, reported since the last applied ack
  problem_at         bigint
) WITH (fillfactor = 80);

-- Readiness and lock: one narrow row per instance that has messages queued. A fetch reads this table alone, so far
-- timers, long histories and finished instances cost it nothing. A transaction that writes messages of an instance locks
-- this row first; rows of several instances are locked in the order of their numbers.
CREATE TABLE :schema.ready (
  instance_key  bigint  PRIMARY KEY,

  -- When a fetch should look at it next. Locked: the lock end. Free: the moment from which it is deliverable. Equal
  -- moments are served in the order of tie_breaker. NULL only inside a transaction.
  ready_at      bigint,
  tie_breaker   bigint  NOT NULL DEFAULT 0,

  locked_until  bigint  NOT NULL DEFAULT 0, -- the end of the lock; of a free instance, the end of the delay of an abandon
  lock_epoch    bigint  NOT NULL DEFAULT 0, -- the token of the holder, live or expired; 0 when released
  batch_until   bigint  NOT NULL DEFAULT 0, -- the holder's batch: visible then, and stored before the token was drawn
  delivery_count integer NOT NULL DEFAULT 0, -- deliveries since the last applied ack
  owner         bigint                      -- who holds the lock, see owner; NULL for an unknown one
) WITH (
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);

-- Without the rows that a transaction has made to lock them: no fetch looks for these by their time, and they would leave
-- a trail of dead entries where they are inserted.
CREATE INDEX ready_order ON :schema.ready (ready_at, tie_breaker) WHERE ready_at IS NOT NULL;

CREATE TABLE :schema.execution (
  instance_key bigint NOT NULL,
  execution_id bigint NOT NULL,
  status       text   NOT NULL,
  output       bytea,
  started_at   bigint NOT NULL,
  completed_at bigint,
  PRIMARY KEY (instance_key, execution_id)
) WITH (fillfactor = 80);

CREATE TABLE :schema.history (
  instance_key bigint NOT NULL,
  execution_id bigint NOT NULL,
  event_id     bigint NOT NULL,
  kind         text   NOT NULL,
  data         bytea  NOT NULL,
  recorded_at  bigint NOT NULL,
  PRIMARY KEY (instance_key, execution_id, event_id)
);

-- The orchestrator queue. By visible_at within the instance, so that what is visible is one range.
CREATE TABLE :schema.message (
  instance_key   bigint  NOT NULL,
  visible_at     bigint  NOT NULL CONSTRAINT message_due_before_10000 CHECK (visible_at <= :max_micros),
  seq            bigint  NOT NULL,           -- insertion order
  kind           text    NOT NULL,
  body           bytea   NOT NULL,
  start_name     text,                       -- present on messages that can begin an execution
  start_version  text,
  start_parent   text,
  message_id     text,
  discard_if_unknown boolean NOT NULL,

  -- A completion: the activity, and the token that acked it; and the same, three by three, of completions with the same
  -- message id that added nothing to this one. By these a repeated ack is recognised.
  activity_epoch     bigint,
  activity_execution bigint,
  activity_id        bigint,
  merged_acks        bigint[],
  PRIMARY KEY (instance_key, visible_at, seq)
) WITH (
  autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);

-- Message ids that were used, with a hash of the content they came with.
CREATE TABLE :schema.message_id (
  instance_key bigint NOT NULL,
  message_id   text   COLLATE "C" NOT NULL,
  content_hash bytea  NOT NULL,
  PRIMARY KEY (instance_key, message_id)
);

-- The worker queue. ready_at is the moment from which an activity is deliverable: the lock end while it is locked.
CREATE TABLE :schema.activity (
  instance_key          bigint  NOT NULL,
  execution_id          bigint  NOT NULL,
  activity_id           bigint  NOT NULL,
  seq                   bigint  NOT NULL,           -- insertion order
  name                  text    NOT NULL,
  input                 bytea   NOT NULL,
  orchestration_name    text    NOT NULL,
  orchestration_version text,
  ready_at              bigint  NOT NULL,
  lock_epoch            bigint  NOT NULL DEFAULT 0, -- the token of the holder, live or expired; 0 when released
  delivery_count         integer NOT NULL DEFAULT 0,
  owner                 bigint,                     -- who holds the lock, see owner; NULL for an unknown one
  problem               text,                       -- what keeps it from moving
  problem_at            bigint,
  PRIMARY KEY (instance_key, execution_id, activity_id)
) WITH (
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);

CREATE INDEX activity_order ON :schema.activity (ready_at, seq);
