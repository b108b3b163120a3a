-- A message in the parameters of a function; {of} makes arrays of them.
  m_kind          text{of},
  m_body          bytea{of},
  m_due_at        bigint{of},
  m_due_in        bigint{of},
  m_start_name    text{of},
  m_start_version text{of},
  m_start_parent  text{of},
  m_message_id    text{of},
  m_hash          bytea{of},
  m_drop          boolean{of}
