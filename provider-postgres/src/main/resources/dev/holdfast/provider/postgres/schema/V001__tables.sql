-- The core of the store: instances, executions, histories and both queues, in a schema of their own.
--
-- Times are microseconds since 1970 by the database's clock. Everything that belongs to an instance hangs on its number,
-- which grows with time: rows of one moment lie together, and text ids are looked up once.

-- One counter for everything that has to grow: the epochs of locks, insertion order, ready order. A sequence without
-- cache, so that of two numbers the later drawn is the greater one, whoever drew them.
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

-- Readiness and lock: one narrow row per instance that has messages queued. Fetching looks at this table alone, so far
-- timers, long histories and finished instances cost it nothing. Whoever writes messages of an instance locks this row
-- first; rows of several instances are locked in the order of their numbers.
CREATE TABLE :schema.ready (
  instance_key  bigint  PRIMARY KEY,

  -- When a fetch should look at it next. Locked: the lock end. Free: the moment from which it is deliverable. Equal
  -- moments are served in the order of ready_seq. NULL only inside a transaction.
  ready_at      bigint,
  ready_seq     bigint  NOT NULL DEFAULT 0,

  hold_until    bigint  NOT NULL DEFAULT 0, -- the end of the lock or of an abandonment's delay
  lock_epoch    bigint  NOT NULL DEFAULT 0, -- the token of the holder, live or expired; 0 when released
  batch_until   bigint  NOT NULL DEFAULT 0, -- the holder's batch: visible then, and stored before the token was drawn
  attempt_count integer NOT NULL DEFAULT 0, -- deliveries since the last applied ack
  owner         bigint                      -- who holds the lock, see owner; NULL for nobody known
) WITH (
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 0
);

-- Without the rows that a transaction has made to lock them: nobody looks for these by their time, and where they would
-- stand a trail of dead entries would grow.
CREATE INDEX ready_order ON :schema.ready (ready_at, ready_seq) WHERE ready_at IS NOT NULL;

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
  visible_at     bigint  NOT NULL CONSTRAINT message_due_before_10000 CHECK (visible_at <= 253402300799999999),
  seq            bigint  NOT NULL,           -- insertion order
  kind           text    NOT NULL,
  body           bytea   NOT NULL,
  start_name     text,                       -- present on messages that can begin an execution
  start_version  text,
  start_parent   text,
  message_id     text,
  drop_if_orphan boolean NOT NULL,

  -- A completion: the activity, and the token that acked it; and the same, three by three, of completions with the same
  -- message id that added nothing to this one. By these a repeated ack is recognised.
  activity_epoch     bigint,
  activity_execution bigint,
  activity_id        bigint,
  merged_acks        bigint[],
  PRIMARY KEY (instance_key, visible_at, seq)
) WITH (
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 0
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
  attempt_count         integer NOT NULL DEFAULT 0,
  owner                 bigint,                     -- who holds the lock, see owner; NULL for nobody known
  problem               text,                       -- what keeps it from moving
  problem_at            bigint,
  PRIMARY KEY (instance_key, execution_id, activity_id)
) WITH (
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 0
);

CREATE INDEX activity_order ON :schema.activity (ready_at, seq);

-- Makes tokens unique over a crash of the server. Fetches do not wait until their commit is durable, so what they have
-- drawn can be forgotten, while their callers live on with it. A crash ends all connections: each begins by leaping, durably,
-- over everything that those before it may have drawn. Answers whether this connection had done so before; if not, its
-- transaction must be committed synchronously. To be called before anything else is locked.
CREATE FUNCTION :schema.fence_tokens() RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_store text := (:order_seq)::oid::text;
BEGIN
  IF current_setting('holdfast.fenced', true) = v_store THEN
    RETURN true;
  END IF;
  -- One at a time: of two leaps side by side the shorter one could undo the longer.
  PERFORM pg_advisory_xact_lock(x'686f6c66'::integer, hashtext(v_store));
  PERFORM setval(:order_seq, nextval(:order_seq) + 100000000);
  PERFORM set_config('holdfast.fenced', v_store, false);
  RETURN false;
END
$$;

-- Who holds locks: a handle whose process keeps sessions here. Each of them has the shared advisory lock of its number, so
-- when nobody has that lock any more, all its sessions have ended. Not logged: a crash of the server, or the promotion of
-- another, ends sessions of living processes, and with the rows forgets that anybody could be taken for dead.
CREATE UNLOGGED TABLE :schema.owner (
  number         bigint      PRIMARY KEY,            -- drawn at random; 0 is no owner but the last look at all of them
  server_started timestamptz NOT NULL,               -- the server that its sessions were seen on
  sessions_cut   bigint      NOT NULL,               -- see sessions_cut, when a session of it was last seen
  missing_since  timestamptz                         -- NULL while it has sessions; for 0 the moment of the last look
);

-- On whose behalf this session takes locks; NULL for nobody known.
CREATE FUNCTION :schema.owner_of_session() RETURNS bigint
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('holdfast.owner', true), '')::bigint $$;

-- How many sessions of this database the server has ended by itself, by order of an administrator or for an error.
CREATE FUNCTION :schema.sessions_cut() RETURNS bigint
  LANGUAGE sql VOLATILE
AS $$
  SELECT pg_stat_get_db_sessions_killed(d.oid) + pg_stat_get_db_sessions_fatal(d.oid)
    FROM pg_catalog.pg_database d WHERE d.datname = current_database()
$$;

-- Makes this session one of an owner's.
CREATE FUNCTION :schema.enter(p_owner bigint) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM pg_advisory_lock_shared(p_owner);
  PERFORM set_config('holdfast.owner', p_owner::text, false);
  INSERT INTO :schema.owner AS o (number, server_started, sessions_cut)
  VALUES (p_owner, pg_postmaster_start_time(), :schema.sessions_cut())
      ON CONFLICT (number) DO UPDATE
     SET server_started = excluded.server_started, sessions_cut = excluded.sessions_cut, missing_since = NULL
   WHERE o.server_started <> excluded.server_started
      OR o.sessions_cut <> excluded.sessions_cut
      OR o.missing_since IS NOT NULL;
  RETURN true;
END
$$;

-- An owner that goes without dying: what it holds stays locked until the lock end.
CREATE FUNCTION :schema.leave(p_owner bigint) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  DELETE FROM :schema.owner o WHERE o.number = p_owner;
  RETURN true;
END
$$;
