-- Which workers an activity is for: those that serve its tag, and the owner of its session.
ALTER TABLE holdfast_activity ADD COLUMN tag TEXT;
ALTER TABLE holdfast_activity ADD COLUMN session_id TEXT;

-- What any worker may take stands in a line of its own, so that a fetch of it never walks along what others are waited for.
DROP INDEX holdfast_activity_ready;

CREATE INDEX holdfast_activity_ready ON holdfast_activity (ready_at, seq) WHERE tag IS NULL AND session_id IS NULL;

-- A line for each tag, and one for everything that has a tag or a session.
CREATE INDEX holdfast_activity_tag ON holdfast_activity (tag, ready_at, seq) WHERE tag IS NOT NULL AND session_id IS NULL;

CREATE INDEX holdfast_activity_routed ON holdfast_activity (ready_at, seq) WHERE tag IS NOT NULL OR session_id IS NOT NULL;

CREATE INDEX holdfast_activity_session ON holdfast_activity (session_id) WHERE session_id IS NOT NULL;

-- Who has a session. A row whose lease has ended says nothing.
CREATE TABLE holdfast_session (
  session_id  TEXT    PRIMARY KEY,
  owner       TEXT    NOT NULL,
  lease_until INTEGER NOT NULL,
  used_at     INTEGER NOT NULL -- the last fetch, renewal or ack of an activity of it
) STRICT, WITHOUT ROWID;

CREATE INDEX holdfast_session_owner ON holdfast_session (owner, lease_until);

CREATE INDEX holdfast_session_end ON holdfast_session (lease_until);
