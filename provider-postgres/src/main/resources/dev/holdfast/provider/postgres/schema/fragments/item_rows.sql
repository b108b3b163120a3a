-- All rows of locked instances but their key-values. Needs of the CTE `locked` what the three fragments need.
:include(instance_rows)
 UNION ALL
:include(message_rows)
 UNION ALL
:include(event_row)
  FROM :include(first_events; more = {more})
