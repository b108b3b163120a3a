-- Fetching activities for callers who serve tags or sessions.

-- Locks the rows of the sessions whose activities the owner may take now: those that it holds, and as many more as it may
-- claim of those that have ready activities and are free, the one that has waited longest first. Returns their ids. Nothing
-- is claimed by this: a row that was made to be locked has no live lease.
CREATE OR REPLACE FUNCTION :fn.lock_sessions(
  p_owner text, p_most integer, p_max integer, p_names text[], p_untagged boolean, p_any boolean, p_tags text[], v_now bigint
) RETURNS text[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_own  text[];
  v_free text[];
BEGIN
  IF p_most IS NOT NULL THEN
    -- One claim of an owner at a time, or several could each count themselves the last one.
    PERFORM pg_advisory_xact_lock(x'686f6c67'::integer, hashtext(p_owner));
  END IF;
  v_own := ARRAY(SELECT s.session_id FROM :schema.session s WHERE s.owner = p_owner AND s.lease_until > v_now);
  IF p_most IS NULL OR cardinality(v_own) < p_most THEN
    v_free := ARRAY(
      SELECT f.session_id
        FROM (SELECT a.session_id, a.ready_at, a.seq
                FROM :schema.activity a
                LEFT JOIN :schema.session s ON s.session_id = a.session_id
               WHERE a.session_id IS NOT NULL
                 AND a.ready_at <= v_now
                 AND :include(tag_passes)
                 AND (p_names IS NULL OR a.name = ANY (p_names))
                 AND :include(session_is_free)
               ORDER BY a.ready_at, a.seq
               LIMIT p_max) f
       GROUP BY f.session_id
       ORDER BY min(ARRAY[f.ready_at, f.seq]) -- of one activity, not of two
       LIMIT p_most - cardinality(v_own));
    IF cardinality(v_free) > 0 THEN
      INSERT INTO :schema.session (session_id, owner, lease_until, used_at)
      SELECT f.id, p_owner, 0, 0 FROM unnest(v_free) AS f (id) ORDER BY f.id
      ON CONFLICT (session_id) DO NOTHING;
    END IF;
  END IF;
  IF cardinality(v_own) = 0 AND coalesce(cardinality(v_free), 0) = 0 THEN
    RETURN '{}';
  END IF;
  -- Who had to wait for a row sees whose session it is now.
  RETURN ARRAY(
    SELECT s.session_id
      FROM :schema.session s
     WHERE s.session_id = ANY (v_own || coalesce(v_free, '{}'))
       AND (s.owner = p_owner OR s.lease_until <= v_now)
     ORDER BY s.session_id
       FOR UPDATE);
END
$$;

-- Locks up to p_max activities that a caller may take who serves tags or sessions; see fetch_activities, also for the rows.
-- p_untagged says whether it takes what has no tag, p_tags has the tags it serves, p_any stands for every tag; p_owner is the
-- owner of its session claim, NULL for none, p_lease its lease and p_most the most sessions it may hold.
CREATE OR REPLACE FUNCTION :fn.fetch_routed_activities(
  p_max integer, p_lock_for bigint, p_since bigint, p_max_bytes bigint, p_names text[],
  p_untagged boolean, p_any boolean, p_tags text[], p_owner text, p_lease bigint, p_most integer)
  RETURNS TABLE (
  :include(activity_columns))
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_now      bigint;
  v_since    bigint;
  v_sessions text[] := '{}';
  v_more     boolean := false;
  v_done     boolean;
BEGIN
  -- As for orchestrations. A claimed session has to survive a crash: its owner may have more of it than what is locked.
  v_done := :fn.reserve_token_range();
  IF v_done AND p_owner IS NULL THEN
    v_done := set_config('synchronous_commit', 'off', true) = 'off';
  END IF;
  v_now := :fn.now_micros();

  FOREACH v_since IN ARRAY CASE WHEN p_since = 0 THEN ARRAY[0]
                                WHEN p_names IS NOT NULL THEN ARRAY[p_since] ELSE ARRAY[p_since, 0] END LOOP
    IF p_owner IS NOT NULL THEN
      v_sessions := :fn.lock_sessions(p_owner, p_most, p_max, p_names, p_untagged, p_any, p_tags, v_now);
    END IF;
    RETURN QUERY
    WITH untagged AS MATERIALIZED (
      :include(routed_line; which = p_untagged AND a.tag IS NULL AND a.session_id IS NULL; from = v_since; to = v_now;
               max = p_max; lock = FOR UPDATE SKIP LOCKED)
    ), tagged AS MATERIALIZED (
      SELECT l.*
        FROM unnest(p_tags) AS t (tag)
        CROSS JOIN LATERAL (
      :include(routed_line; which = a.tag = t.tag AND a.tag IS NOT NULL AND a.session_id IS NULL; from = v_since; to = v_now;
               max = p_max; lock = FOR UPDATE SKIP LOCKED)) l
    ), any_tag AS MATERIALIZED (
      :include(routed_line; which = p_any AND a.tag IS NOT NULL AND a.session_id IS NULL; from = v_since; to = v_now;
               max = p_max; lock = FOR UPDATE SKIP LOCKED)
    ), of_sessions AS MATERIALIZED (
      SELECT l.*
        FROM unnest(v_sessions) AS t (id)
        CROSS JOIN LATERAL (
      :include(routed_line; which = a.session_id = t.id AND a.session_id IS NOT NULL AND :include(tag_passes); from = v_since;
               to = v_now; max = p_max; lock = FOR UPDATE SKIP LOCKED)) l
    ), ready AS MATERIALIZED (
      SELECT u.*
        FROM (SELECT * FROM untagged UNION ALL SELECT * FROM tagged
              UNION ALL SELECT * FROM any_tag UNION ALL SELECT * FROM of_sessions) u
       ORDER BY u.ready_at, u.seq
       LIMIT p_max
    ), :include(lock_ready; also = , held AS (
      UPDATE :schema.session s
         SET owner = p_owner,
             lease_until = greatest(s.lease_until, least(v_now + p_lease, :max_micros)),
             used_at = v_now
       WHERE s.session_id IN (SELECT p.session_id FROM pick p WHERE p.session_id IS NOT NULL)
    ))
    IF FOUND THEN
      RETURN;
    END IF;
  END LOOP;

  IF p_owner IS NOT NULL THEN
    v_more := p_most IS NULL
              OR p_most > (SELECT count(*) FROM :schema.session s WHERE s.owner = p_owner AND s.lease_until > v_now);
  END IF;
  SELECT l.instance_key, l.execution_id, l.activity_id
    INTO instance_key, execution_id, activity_id
    FROM (SELECT * FROM (
            :include(routed_line; which = p_untagged AND a.tag IS NULL AND a.session_id IS NULL; from = p_since; to = v_now;
                     max = 1; lock =)) one
          UNION ALL
          SELECT l.*
            FROM unnest(p_tags) AS t (tag)
            CROSS JOIN LATERAL (
            :include(routed_line; which = a.tag = t.tag AND a.tag IS NOT NULL AND a.session_id IS NULL; from = p_since;
                     to = v_now; max = 1; lock =)) l
          UNION ALL
          SELECT * FROM (
            :include(routed_line; which = p_any AND a.tag IS NOT NULL AND a.session_id IS NULL; from = p_since; to = v_now;
                     max = 1; lock =)) one
          UNION ALL
          SELECT * FROM (
            SELECT a.instance_key, a.execution_id, a.activity_id, a.ready_at, a.seq, a.session_id, 0
              FROM :schema.activity a
              LEFT JOIN :schema.session s ON s.session_id = a.session_id
             WHERE p_owner IS NOT NULL
               AND a.session_id IS NOT NULL
               AND a.ready_at <= v_now
               AND :include(tag_passes)
               AND (p_names IS NULL OR a.name = ANY (p_names))
               AND (s.owner = p_owner AND s.lease_until > v_now OR v_more AND :include(session_is_free))
             ORDER BY a.ready_at, a.seq
             LIMIT 1) one) l
   LIMIT 1;
  SELECT min(n.at)
    INTO ready_at
    FROM (SELECT a.ready_at
            FROM (
            :include(routed_line; which = p_untagged AND a.tag IS NULL AND a.session_id IS NULL; from = v_now + 1;
                     to = :max_micros; max = 1; lock =)) a
          UNION ALL
          SELECT l.ready_at
            FROM unnest(p_tags) AS t (tag)
            CROSS JOIN LATERAL (
            :include(routed_line; which = a.tag = t.tag AND a.tag IS NOT NULL AND a.session_id IS NULL; from = v_now + 1;
                     to = :max_micros; max = 1; lock =)) l
          UNION ALL
          SELECT a.ready_at
            FROM (
            :include(routed_line; which = (p_any OR p_owner IS NOT NULL) AND (a.tag IS NOT NULL OR a.session_id IS NOT NULL);
                     from = v_now + 1; to = :max_micros; max = 1; lock =)) a
          UNION ALL
          SELECT e.lease_until
            FROM (SELECT s.lease_until
                    FROM :schema.session s
                   WHERE p_owner IS NOT NULL AND s.lease_until > v_now
                   ORDER BY s.lease_until
                   LIMIT 1) e) n (at);
  part := 'n';
  store_time := v_now;
  RETURN NEXT;
END
$$;
