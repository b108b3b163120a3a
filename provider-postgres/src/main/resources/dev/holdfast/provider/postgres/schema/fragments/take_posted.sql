-- Takes over what callers have posted, if there is anything {which}, see take_posted. Looking costs less than a call, and there
-- is nothing most of the time.
IF EXISTS (SELECT FROM :schema.posted) THEN
  IF EXISTS (SELECT FROM :schema.posted p WHERE {which}) THEN
    PERFORM :fn.take_posted();
  END IF;
END IF;
