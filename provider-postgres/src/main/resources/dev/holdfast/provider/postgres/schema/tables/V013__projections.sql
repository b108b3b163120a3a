-- Projections: rows that are folded from the log, in generations. A generation is part of the key of all that it has.

-- One row per name, which outlives its generations: their numbers are never used again. No update writes here.
CREATE TABLE :schema.projection (
  projection_key bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name           text    COLLATE "C" NOT NULL UNIQUE,
  live           integer NOT NULL,
  newest         integer NOT NULL
);

CREATE TABLE :schema.generation (
  generation_key bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  projection_key bigint   NOT NULL,
  generation     integer  NOT NULL,
  dropped        smallint NOT NULL DEFAULT 0, -- 1 from the first step of a drop on; the row goes with the last one
  UNIQUE (projection_key, generation)
);

-- How far each shard of a generation has folded the log in. An update that moves it has it locked until its commit. Free space in its
-- page lets it move without touching an index.
CREATE TABLE :schema.checkpoint (
  generation_key bigint  NOT NULL,
  shard          integer NOT NULL, -- from 0
  position       bigint  NOT NULL,
  updated_at     bigint  NOT NULL,
  PRIMARY KEY (generation_key, shard)
) WITH (
  fillfactor = 50,
  autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);

CREATE TABLE :schema.projection_row (
  generation_key bigint  NOT NULL,
  key            text    COLLATE "C" NOT NULL,
  version        bigint  NOT NULL, -- from the sequence of the store, so that it never comes again; 0 only inside a transaction
  size           integer NOT NULL,
  value          bytea   NOT NULL,
  PRIMARY KEY (generation_key, key)
) WITH (
  fillfactor = 80,
  autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);

-- Events that a generation could not handle and has set aside.
CREATE TABLE :schema.parked_event (
  generation_key bigint  NOT NULL,
  position       bigint  NOT NULL,
  category       text    COLLATE "C" NOT NULL,
  id             text    COLLATE "C" NOT NULL,
  version        bigint  NOT NULL, -- of the event in its stream; 0 only inside a transaction
  attempts       integer NOT NULL,
  parked_at      bigint  NOT NULL,
  error          text    COLLATE "C" NOT NULL,
  PRIMARY KEY (generation_key, position)
);

-- The updates of projections in a call. The first columns have one element per update, those from r_update on one per change of a row, and
-- those from k_update on one per event to park or, with a version of NULL, to unpark; of the latter two those of an update are neighbours.
CREATE TYPE :schema.projection_changes AS (
  projection text[],
  generation integer[],
  shard      integer[], -- NULL for an update without a checkpoint
  moves_from bigint[],
  moves_to   bigint[],
  row_count  integer[],
  kept_count integer[], -- of events to park and to unpark
  r_update   integer[], -- the update, from 1
  r_key      text[],
  r_removes  boolean[],
  r_value    bytea[],   -- NULL to remove
  r_seen     bigint[],
  k_update   integer[],
  k_position bigint[],
  k_category text[],
  k_id       text[],
  k_version  bigint[],
  k_attempts integer[],
  k_error    text[]
);
