-- Who holds locks: a handle whose process keeps connections here. Each of them has the shared advisory lock of its
-- number, so when no connection has that lock any more, all of them have ended. Not logged: a crash of the server, or the
-- promotion of another, ends connections of living processes, and with the rows forgets that any could be taken for dead.
CREATE UNLOGGED TABLE :schema.owner (
  number         bigint      PRIMARY KEY,            -- drawn at random; 0 is no owner but the last look at all of them
  server_started timestamptz NOT NULL,               -- the server that its connections were seen on
  sessions_cut   bigint      NOT NULL,               -- see sessions_cut, when one of its connections was last seen
  missing_since  timestamptz                         -- NULL while it has connections; for 0 the moment of the last look
);
