-- Whether an activity `a` of a session has a tag that the caller serves.
CASE WHEN a.tag IS NULL THEN p_untagged ELSE p_any OR a.tag = ANY (p_tags) END
