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

-- The last token that was drawn before the message was taken over, where that came after its place in the insertion order: it is in no
-- batch up to that one, and keeps its place in those that follow. NULL for all others.
ALTER TABLE :schema.message ADD COLUMN behind_epoch bigint;
