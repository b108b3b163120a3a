-- Returns from the function: the only turn of the call was applied.
part := 'c';
element := 1;
code := 0;
RETURN NEXT;
part := 't';
discard_if_unknown := false;
RETURN NEXT;
part := 'k';
FOR at IN 1..coalesce(cardinality(tokens), 0) LOOP
  IF tokens[at] IS NOT NULL THEN
    element := at;
    token := tokens[at];
    RETURN NEXT;
  END IF;
END LOOP;
RETURN;
