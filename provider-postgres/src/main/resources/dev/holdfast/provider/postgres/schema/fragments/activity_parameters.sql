-- The activities that acks schedule. a_tag and a_session are empty when none has one. a_lock_for is for how long one is locked for the caller, NULL for not; empty when
-- none is.
  a_id            bigint[],
  a_name          text[],
  a_input         bytea[],
  a_orchestration text[],
  a_version       text[],
  a_lock_for      bigint[],
  a_tag           text[],
  a_session       text[]
