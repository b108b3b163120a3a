-- SPDX-License-Identifier: Apache-2.0
-- Every statement may run twice: an open that was killed half-way is finished by the next one.
-- All moments are microseconds since 1970. All numbers come from holdfast_store.last_number.

CREATE TABLE IF NOT EXISTS holdfast_instance (
  instance_id   VARCHAR(256) PRIMARY KEY,
  -- The instance row of the contract; it exists when there is a name.
  name          VARCHAR(256),
  version       VARCHAR(256),
  parent_id     VARCHAR(256),
  created_at    BIGINT,
  updated_at    BIGINT,
  -- The greatest execution that was acked; NULL while nothing was.
  execution_id  BIGINT,
  -- The version of the runtime that the execution is pinned to, NULL for none.
  pin_major     INT,
  pin_minor     INT,
  pin_patch     INT,
  -- The lock. While it is held, available_at is its end; after it was given back, the moment of
  -- that plus the delay.
  epoch         BIGINT  NOT NULL,
  held          BOOLEAN NOT NULL,
  available_at  BIGINT  NOT NULL,
  delivery_count INT     NOT NULL,
  acked_epoch   BIGINT  NOT NULL,
  -- From when on a fetch should look at it, NULL for never; equal moments go by number.
  ready_at      BIGINT,
  ready_number  BIGINT  NOT NULL,
  -- What the holder of the lock has reported, until the next applied ack.
  problem       VARCHAR(2000),
  problem_at    BIGINT
);

-- What instances show to the outside; the version counts the changes, a value of NULL was cleared.
CREATE TABLE IF NOT EXISTS holdfast_custom_status (
  instance_id VARCHAR(256) PRIMARY KEY,
  content     BLOB,
  version     BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS holdfast_instance_ready ON holdfast_instance (ready_at, ready_number);

CREATE TABLE IF NOT EXISTS holdfast_message (
  number           BIGINT PRIMARY KEY,
  instance_id      VARCHAR(256) NOT NULL,
  visible_at       BIGINT       NOT NULL,
  kind             VARCHAR(256) NOT NULL,
  body             BLOB         NOT NULL,
  start_name       VARCHAR(256),
  start_version    VARCHAR(256),
  start_parent     VARCHAR(256),
  message_id       VARCHAR(256),
  discard_if_unknown   BOOLEAN      NOT NULL,
  -- The lock of its instance in whose batch it is; what that lock's ack removes.
  batch_epoch      BIGINT
);

CREATE INDEX IF NOT EXISTS holdfast_message_queue ON holdfast_message (instance_id, visible_at);

-- How a repeated activity ack is recognised while its completion is queued: by activity and epoch.
-- One message can be the completion of several activities, since equal ones are stored once.
CREATE TABLE IF NOT EXISTS holdfast_acked_activity (
  instance_id    VARCHAR(256) NOT NULL,
  execution_id   BIGINT       NOT NULL,
  activity_id    BIGINT       NOT NULL,
  epoch          BIGINT       NOT NULL,
  message_number BIGINT       NOT NULL REFERENCES holdfast_message ON DELETE CASCADE,
  PRIMARY KEY (instance_id, execution_id, activity_id, epoch)
);

-- Message ids outlive their messages; the content is remembered as its SHA-256.
CREATE TABLE IF NOT EXISTS holdfast_message_id (
  instance_id VARCHAR(256) NOT NULL,
  message_id  VARCHAR(256) NOT NULL,
  content     VARBINARY(32) NOT NULL,
  PRIMARY KEY (instance_id, message_id)
);

CREATE TABLE IF NOT EXISTS holdfast_execution (
  instance_id   VARCHAR(256) NOT NULL,
  execution_id  BIGINT       NOT NULL,
  status        VARCHAR(32)  NOT NULL,
  output        BLOB,
  started_at    BIGINT       NOT NULL,
  completed_at  BIGINT,
  last_event_id BIGINT       NOT NULL,
  PRIMARY KEY (instance_id, execution_id)
);

CREATE TABLE IF NOT EXISTS holdfast_event (
  instance_id  VARCHAR(256) NOT NULL,
  execution_id BIGINT       NOT NULL,
  event_id     BIGINT       NOT NULL,
  kind         VARCHAR(256) NOT NULL,
  data         BLOB         NOT NULL,
  recorded_at  BIGINT       NOT NULL,
  PRIMARY KEY (instance_id, execution_id, event_id)
);

CREATE TABLE IF NOT EXISTS holdfast_activity (
  instance_id           VARCHAR(256) NOT NULL,
  execution_id          BIGINT       NOT NULL,
  activity_id           BIGINT       NOT NULL,
  name                  VARCHAR(256) NOT NULL,
  input                 BLOB         NOT NULL,
  tag                   VARCHAR(256),
  orchestration_name    VARCHAR(256) NOT NULL,
  orchestration_version VARCHAR(256),
  epoch                 BIGINT       NOT NULL,
  held                  BOOLEAN      NOT NULL,
  delivery_count         INT          NOT NULL,
  -- From when on it can be fetched: while it is locked, the end of the lock. Equal moments go in
  -- insertion order.
  ready_at              BIGINT       NOT NULL,
  number                BIGINT       NOT NULL,
  -- What the holder of the lock has reported; the number orders the reports.
  problem               VARCHAR(2000),
  problem_at            BIGINT,
  problem_number        BIGINT,
  PRIMARY KEY (instance_id, execution_id, activity_id)
);

CREATE INDEX IF NOT EXISTS holdfast_activity_ready ON holdfast_activity (ready_at, number);

-- What time it is, for stores on a server: the one clock of all its processes. The time is that of
-- the first look in a transaction, so it is looked at when there is nothing left to wait for.
CREATE VIEW IF NOT EXISTS holdfast_clock AS
SELECT DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00Z', CURRENT_TIMESTAMP)
       AS micros;

-- One row: the counter of all numbers. Whoever writes locks it first.
CREATE TABLE IF NOT EXISTS holdfast_store (
  id          INT PRIMARY KEY,
  last_number BIGINT NOT NULL
);

MERGE INTO holdfast_store SELECT 1, COALESCE(MAX(last_number), 0) FROM holdfast_store;

-- What was done to the schema. A provider that knows version served_from can use it. The row of a
-- version is written when all its objects are there.
CREATE TABLE IF NOT EXISTS holdfast_schema (
  version     INT PRIMARY KEY,
  served_from INT         NOT NULL,
  checksum    VARCHAR(64) NOT NULL
);
