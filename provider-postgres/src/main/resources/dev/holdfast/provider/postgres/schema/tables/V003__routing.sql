-- Which workers an activity is for: those that serve its tag, and the owner of its session.
ALTER TABLE :schema.activity ADD COLUMN tag text COLLATE "C";
ALTER TABLE :schema.activity ADD COLUMN session_id text COLLATE "C";

-- What any caller may take stands in a line of its own, so that fetching it never walks along what waits for certain callers.
DROP INDEX :schema.activity_order;

CREATE INDEX activity_order ON :schema.activity (ready_at, seq) WHERE tag IS NULL AND session_id IS NULL;

-- A line for each tag, one for each session, and one for everything that has a tag or a session.
CREATE INDEX activity_tag ON :schema.activity (tag, ready_at, seq) WHERE tag IS NOT NULL AND session_id IS NULL;

CREATE INDEX activity_session ON :schema.activity (session_id, ready_at, seq) WHERE session_id IS NOT NULL;

CREATE INDEX activity_routed ON :schema.activity (ready_at, seq) WHERE tag IS NOT NULL OR session_id IS NOT NULL;

-- Who has a session. A row whose lease has ended says nothing. A transaction that locks rows of several sessions does so in
-- the order of their ids, behind rows of activities unless it skips those that are locked, and before rows of `ready`.
CREATE TABLE :schema.session (
  session_id  text   COLLATE "C" PRIMARY KEY,
  owner       text   COLLATE "C" NOT NULL,
  lease_until bigint NOT NULL,
  used_at     bigint NOT NULL -- the last fetch, renewal or ack of an activity of it
) WITH (fillfactor = 70);

CREATE INDEX session_owner ON :schema.session (owner);

CREATE INDEX session_end ON :schema.session (lease_until);
