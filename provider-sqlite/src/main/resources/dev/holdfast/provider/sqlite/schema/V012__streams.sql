-- Streams of events, and the log: all events in the order of their commits. The one writer makes that the order of positions.

-- One row per stream, which outlives its events: versions never begin again.
CREATE TABLE holdfast_stream (
  stream_key       INTEGER PRIMARY KEY,
  category         TEXT    NOT NULL,
  id               TEXT    NOT NULL,
  first_version    INTEGER NOT NULL, -- the lowest one that is there, one above the last when none is
  last_version     INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  last_recorded_at INTEGER NOT NULL,
  UNIQUE (category, id)
) STRICT;

-- Insert-only. What may be large comes last, so that what stands before it is read without it.
CREATE TABLE holdfast_event (
  position       INTEGER PRIMARY KEY, -- from the counter of the store
  stream_key     INTEGER NOT NULL,
  version        INTEGER NOT NULL,
  recorded_at    INTEGER NOT NULL,    -- never falls along the positions
  schema_version INTEGER NOT NULL,
  size           INTEGER NOT NULL,    -- bytes of data and metadata
  type           TEXT    NOT NULL,
  event_id       TEXT    NOT NULL,
  correlation_id TEXT,
  causation_id   TEXT,
  tags           TEXT    NOT NULL,
  metadata       BLOB,
  data           BLOB    NOT NULL,
  UNIQUE (stream_key, version)
) STRICT;

-- By which the log is filtered: hashes of category, type, ids and tags. Each filter is a range of it, in the order of the log.
CREATE TABLE holdfast_event_label (
  label    INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (label, position)
) STRICT, WITHOUT ROWID;

-- Keys of appends, with the whole first answer, for ever: the events may be archived.
CREATE TABLE holdfast_append_key (
  stream_key     INTEGER NOT NULL,
  key            TEXT    NOT NULL,
  first_version  INTEGER NOT NULL,
  last_version   INTEGER NOT NULL,
  first_position INTEGER NOT NULL,
  last_position  INTEGER NOT NULL,
  recorded_at    INTEGER NOT NULL,
  content_hash   BLOB    NOT NULL,
  PRIMARY KEY (stream_key, key)
) STRICT, WITHOUT ROWID;

-- An event changes for nobody. It goes when its stream has said before, in the same transaction, that it begins behind it.
CREATE TRIGGER holdfast_event_no_update BEFORE UPDATE ON holdfast_event
BEGIN SELECT RAISE(ABORT, 'an event is immutable'); END;

CREATE TRIGGER holdfast_event_no_delete BEFORE DELETE ON holdfast_event
WHEN OLD.version >= (SELECT s.first_version FROM holdfast_stream s WHERE s.stream_key = OLD.stream_key)
BEGIN SELECT RAISE(ABORT, 'an event is immutable'); END;

-- A replacing insert deletes without the trigger above.
CREATE TRIGGER holdfast_event_no_replace BEFORE INSERT ON holdfast_event
WHEN EXISTS (SELECT 1 FROM holdfast_event e WHERE e.position = NEW.position)
  OR EXISTS (SELECT 1 FROM holdfast_event e WHERE e.stream_key = NEW.stream_key AND e.version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'an event is immutable'); END;

-- States of streams as of a version. The state comes last, so that what stands before it is read without it.
CREATE TABLE holdfast_snapshot (
  snapshot_key INTEGER PRIMARY KEY,
  stream_key   INTEGER NOT NULL,
  schema       TEXT    NOT NULL,
  version      INTEGER NOT NULL,
  stored_at    INTEGER NOT NULL,
  anchor       INTEGER NOT NULL DEFAULT 0, -- 1 for the one that an archiving relied on last
  size         INTEGER NOT NULL,
  state        BLOB    NOT NULL,
  UNIQUE (stream_key, schema, version)
) STRICT;

-- What is said of the log: the event with the greatest position that was archived, if one was.
CREATE TABLE holdfast_log (
  id                   INTEGER PRIMARY KEY CHECK (id = 1),
  archived_through     INTEGER NOT NULL,
  archived_recorded_at INTEGER NOT NULL
) STRICT;
