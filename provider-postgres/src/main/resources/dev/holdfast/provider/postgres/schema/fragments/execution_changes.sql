-- What later acks change of an execution `x`: only what they state.
status = coalesce({status}, x.status),
output = coalesce({output}, x.output),
completed_at = CASE WHEN {status} IS NULL THEN x.completed_at WHEN {ended} THEN greatest({at}, x.started_at) END
