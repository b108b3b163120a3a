-- Who has which name for how long. A row whose end has passed says who was late; a release leaves none.
CREATE TABLE :schema.lease (
  name        text   COLLATE "C" PRIMARY KEY,
  holder      text   NOT NULL,
  epoch       bigint NOT NULL, -- the token of the last acquisition, from order_seq, which outlives the row
  acquired_at bigint NOT NULL,
  lease_until bigint NOT NULL
) WITH (
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);

CREATE INDEX lease_end ON :schema.lease (lease_until, name);
