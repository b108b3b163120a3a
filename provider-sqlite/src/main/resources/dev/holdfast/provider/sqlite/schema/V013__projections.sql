-- Projections: rows that are folded from the log, in generations. A generation is part of the key of all that it has.

-- One row per name, which outlives its generations: their numbers are never used again.
CREATE TABLE holdfast_projection (
  projection_key INTEGER PRIMARY KEY,
  name           TEXT    NOT NULL UNIQUE,
  live           INTEGER NOT NULL,
  newest         INTEGER NOT NULL
) STRICT;

CREATE TABLE holdfast_generation (
  generation_key INTEGER PRIMARY KEY,
  projection_key INTEGER NOT NULL,
  generation     INTEGER NOT NULL,
  dropped        INTEGER NOT NULL DEFAULT 0, -- 1 from the first step of a drop on; the row goes with the last one
  UNIQUE (projection_key, generation)
) STRICT;

-- How far each shard of a generation has folded the log in.
CREATE TABLE holdfast_checkpoint (
  generation_key INTEGER NOT NULL,
  shard          INTEGER NOT NULL, -- from 0
  position       INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  PRIMARY KEY (generation_key, shard)
) STRICT, WITHOUT ROWID;

-- What may be large comes last, so that what stands before it is read without it.
CREATE TABLE holdfast_projection_row (
  row_key        INTEGER PRIMARY KEY,
  generation_key INTEGER NOT NULL,
  key            TEXT    NOT NULL,
  version        INTEGER NOT NULL, -- from the counter of the store, so that it never comes again
  size           INTEGER NOT NULL,
  value          BLOB    NOT NULL,
  UNIQUE (generation_key, key)
) STRICT;

-- Events that a generation could not handle and has set aside.
CREATE TABLE holdfast_parked_event (
  generation_key INTEGER NOT NULL,
  position       INTEGER NOT NULL,
  category       TEXT    NOT NULL,
  id             TEXT    NOT NULL,
  version        INTEGER NOT NULL,
  attempts       INTEGER NOT NULL,
  parked_at      INTEGER NOT NULL,
  error          TEXT    NOT NULL,
  PRIMARY KEY (generation_key, position)
) STRICT, WITHOUT ROWID;
