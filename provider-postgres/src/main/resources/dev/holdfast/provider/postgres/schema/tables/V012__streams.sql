-- Streams of events, and the log: all events in the order of their commits.

-- One row per stream, which outlives its events: versions never begin again. An append has it locked until its commit. Free space in
-- its page lets it grow without touching an index.
CREATE TABLE :schema.stream (
  stream_key       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  category         text   COLLATE "C" NOT NULL,
  id               text   COLLATE "C" NOT NULL,
  first_version    bigint NOT NULL DEFAULT 1, -- the lowest one that is there, one above the last when none is
  last_version     bigint NOT NULL DEFAULT 0, -- 0 only inside a transaction
  created_at       bigint NOT NULL DEFAULT 0,
  last_recorded_at bigint NOT NULL DEFAULT 0,
  UNIQUE (category, id)
) WITH (
  fillfactor = 80,
  autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);

-- Insert-only. Positions are counted under the lock of the log, so that they are in the order of commits, and recorded_at never falls
-- along them.
CREATE TABLE :schema.event (
  position       bigint  PRIMARY KEY,
  stream_key     bigint  NOT NULL,
  version        bigint  NOT NULL,
  recorded_at    bigint  NOT NULL,
  schema_version integer NOT NULL,
  size           integer NOT NULL, -- bytes of data and metadata
  type           text    COLLATE "C" NOT NULL,
  event_id       text    COLLATE "C" NOT NULL,
  correlation_id text    COLLATE "C",
  causation_id   text    COLLATE "C",
  tags           text    COLLATE "C" NOT NULL,
  metadata       bytea,
  data           bytea   NOT NULL,
  UNIQUE (stream_key, version)
);

-- By which the log is filtered: hashes of category, type, ids and tags. Each filter is a range of it, in the order of the log.
CREATE TABLE :schema.event_label (
  label    bigint NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (label, position)
);

-- Keys of appends, with the whole first answer, for ever: the events may be archived.
CREATE TABLE :schema.append_key (
  stream_key     bigint NOT NULL,
  key            text   COLLATE "C" NOT NULL,
  first_version  bigint NOT NULL,
  last_version   bigint NOT NULL,
  first_position bigint NOT NULL,
  last_position  bigint NOT NULL,
  recorded_at    bigint NOT NULL,
  content_hash   bytea  NOT NULL,
  PRIMARY KEY (stream_key, key)
);

-- An event changes for nobody. It goes when its stream has said before, in the same transaction, that it begins behind it.
CREATE FUNCTION :schema.keep_events() RETURNS trigger
  LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF EXISTS (SELECT FROM :schema.stream s WHERE s.stream_key = OLD.stream_key AND s.first_version > OLD.version) THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'an event is immutable';
END
$$;

CREATE TRIGGER event_is_immutable BEFORE UPDATE OR DELETE ON :schema.event
  FOR EACH ROW EXECUTE FUNCTION :schema.keep_events();
CREATE TRIGGER log_is_immutable BEFORE TRUNCATE ON :schema.event
  FOR EACH STATEMENT EXECUTE FUNCTION :schema.keep_events();

-- States of streams as of a version.
CREATE TABLE :schema.snapshot (
  stream_key bigint   NOT NULL,
  schema     text     COLLATE "C" NOT NULL,
  version    bigint   NOT NULL,
  stored_at  bigint   NOT NULL,
  anchor     smallint NOT NULL DEFAULT 0, -- 1 for the one that an archiving relied on last
  size       integer  NOT NULL,
  state      bytea    NOT NULL,
  PRIMARY KEY (stream_key, schema, version)
);

-- What is said of the log: the event with the greatest position that was archived, if one was.
CREATE TABLE :schema.log (
  id                   integer PRIMARY KEY CHECK (id = 1),
  archived_through     bigint  NOT NULL,
  archived_recorded_at bigint  NOT NULL
);

-- The changes of streams in a call. The first columns have one element per append, those from o_append on one per event, those from
-- l_append on one per label of an event, and those from q_category on one per snapshot. o_append and l_append are the append, from 1; o_place and
-- l_place the event's place in it, from 1.
CREATE TYPE :schema.stream_changes AS (
  category       text[],
  id             text[],
  expected       bigint[], -- the last version, -1 for any but 0, NULL for any
  key            text[],
  hash           bytea[],
  events         integer[],
  o_append       integer[],
  o_place        integer[],
  schema_version integer[],
  size           integer[],
  type           text[],
  event_id       text[],
  correlation_id text[],
  causation_id   text[],
  tags           text[],
  metadata       bytea[],
  data           bytea[],
  l_append       integer[],
  l_place        integer[],
  label          bigint[],
  q_category     text[],
  q_id           text[],
  q_schema       text[],
  q_version      bigint[],
  q_state        bytea[]
);
