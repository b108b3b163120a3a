-- What an ack changes of an instance `i`. The name is set when given, the parent only together with the first one. Stored
-- times never run backwards within an instance, even if the clock does. The pin of a new execution comes with write_turns.
parent_instance_id = CASE WHEN i.name IS NULL AND {name} IS NOT NULL THEN {parent} ELSE i.parent_instance_id END,
created_at = CASE WHEN i.name IS NULL AND {name} IS NOT NULL THEN greatest(v_now, i.updated_at) ELSE i.created_at END,
name = coalesce({name}, i.name),
version = coalesce({version}, i.version),
updated_at = greatest(v_now, i.updated_at),
pin = CASE WHEN {execution} < i.execution_id THEN i.pin
           WHEN {execution} = i.execution_id AND {status} IS DISTINCT FROM 'CONTINUED_AS_NEW' THEN i.pin END,
execution_id = greatest(i.execution_id, {execution}),
acked_epoch = {epoch},
problem = NULL,
problem_at = NULL
