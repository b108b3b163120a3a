-- What an ack of turns returns: see ack_orchestrations; left_over tells whether an instance has messages left that may be
-- deliverable, tokens are those of the activities, NULL for those that are not locked, and NULL when none is.
  OUT codes       integer[],
  OUT bad_events  bigint[],
  OUT last_events bigint[],
  OUT left_over   boolean,
  OUT tokens      bigint[]
