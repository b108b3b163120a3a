-- Messages that were written in transactions of callers, until a fetch takes them over. Such a transaction may be open for long,
-- so it must lock nothing that others need: it inserts here and nowhere else.
CREATE TABLE :schema.posted (
  instance_id        text    COLLATE "C" NOT NULL,
  seq                bigint  NOT NULL,           -- insertion order; drawn long before it can be seen
  visible_at         bigint  NOT NULL,
  message_id         text    COLLATE "C",
  content_hash       bytea,
  kind               text    NOT NULL,
  body               bytea   NOT NULL,
  start_name         text,
  discard_if_unknown boolean NOT NULL,
  start_version      text,
  start_parent       text,
  PRIMARY KEY (instance_id, seq)
) WITH (
  autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0
);

-- Of two open transactions with one message id the second waits for the first.
CREATE UNIQUE INDEX posted_message_id ON :schema.posted (instance_id, message_id) WHERE message_id IS NOT NULL;
