-- Changes an execution `x` by a later ack: only what the ack states.
status = coalesce({status}, x.status),
output = coalesce({output}, x.output),
completed_at = CASE WHEN {status} IS NULL THEN x.completed_at WHEN {ended} THEN greatest({at}, x.started_at) END
