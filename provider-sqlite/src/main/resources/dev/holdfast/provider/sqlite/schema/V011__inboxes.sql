-- Inboxes of steps: messages to a port, in an order that never rearranges, each consumed once. An input of a trigger is a
-- message of the port "trigger". Neither the run nor the step need exist.

-- One row per key, which outlives its messages: the next number is the one after the last that was ever given.
CREATE TABLE holdfast_inbox (
  inbox_key     INTEGER PRIMARY KEY,
  run_id        TEXT    NOT NULL,
  step_id       TEXT    NOT NULL,
  port          TEXT    NOT NULL,
  last_sequence INTEGER NOT NULL,
  cursor_order  INTEGER, -- how far the source of a trigger was delivered; it never goes back
  cursor_token  TEXT,
  UNIQUE (run_id, step_id, port)
) STRICT;

-- What may be large comes last, so that what stands before it is read without it.
CREATE TABLE holdfast_inbox_message (
  inbox_key      INTEGER NOT NULL,
  sequence       INTEGER NOT NULL,
  message_id     TEXT    NOT NULL,
  appended_at    INTEGER NOT NULL,
  locked_until   INTEGER NOT NULL DEFAULT 0, -- 0 when it was given back
  lock_epoch     INTEGER NOT NULL DEFAULT 0, -- the last token; of a consumed one the token that consumed it, 0 for none
  delivery_count INTEGER NOT NULL DEFAULT 0,
  consumed_at    INTEGER,
  input_of       TEXT,                       -- the run of an input until it is consumed
  cursor_order   INTEGER,
  cursor_token   TEXT,
  payload_ref    TEXT,
  payload        BLOB,
  PRIMARY KEY (inbox_key, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX holdfast_inbox_message_pending ON holdfast_inbox_message (inbox_key, sequence) WHERE consumed_at IS NULL;
CREATE INDEX holdfast_inbox_message_consumed ON holdfast_inbox_message (consumed_at, inbox_key, sequence) WHERE consumed_at IS NOT NULL;
CREATE INDEX holdfast_inbox_message_input ON holdfast_inbox_message (input_of, appended_at) WHERE input_of IS NOT NULL;

-- Message ids that were used, with a hash of the content they came with: while the message is stored, and for a time after.
CREATE TABLE holdfast_inbox_message_id (
  inbox_key    INTEGER NOT NULL,
  message_id   TEXT    NOT NULL,
  sequence     INTEGER NOT NULL,
  content_hash BLOB    NOT NULL,
  removed_at   INTEGER,            -- when the message was cleaned up
  PRIMARY KEY (inbox_key, message_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX holdfast_inbox_message_id_removed ON holdfast_inbox_message_id (removed_at) WHERE removed_at IS NOT NULL;
