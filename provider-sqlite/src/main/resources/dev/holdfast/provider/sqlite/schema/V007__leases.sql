-- Who has which name for how long. A row whose end has passed says who was late; a release leaves none.
CREATE TABLE holdfast_lease (
  name        TEXT    PRIMARY KEY,
  holder      TEXT    NOT NULL,
  epoch       INTEGER NOT NULL, -- the token of the last acquisition, from holdfast_counter, which outlives the row
  acquired_at INTEGER NOT NULL,
  lease_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX holdfast_lease_end ON holdfast_lease (lease_until, name);
