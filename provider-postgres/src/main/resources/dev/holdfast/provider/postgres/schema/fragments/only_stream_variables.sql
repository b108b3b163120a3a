-- What lock_only_stream and log_end set.
v_stream   bigint;
v_last     bigint;
v_known    boolean := false;
v_made     record;
v_position bigint;
v_at       bigint;
