-- Stores the messages of store_messages whose instance has a number, v_key.
:include(message_insert; key = m.key; visible_at = :include(visible_at; now = p_now; m = m.); seq = coalesce(m.seq, nextval(:order_seq));
         m = m.; activity = m.activity_epoch, m.activity_execution, m.activity_id; behind = m.behind)
  FROM unnest(v_key, m_kind, m_body, m_due_at, m_due_in, m_start_name, m_start_version, m_start_parent,
              m_message_id, m_drop, p_activity_epoch, p_activity_execution, p_activity_id, p_seq, p_behind)
         AS m (key, kind, body, due_at, due_in, start_name, start_version, start_parent,
               message_id, drop, activity_epoch, activity_execution, activity_id, seq, behind)
  {join}
