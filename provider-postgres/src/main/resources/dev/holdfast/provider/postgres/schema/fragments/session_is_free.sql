-- Whether nobody holds the session whose row, if there is one, is `s`.
(s.session_id IS NULL OR s.lease_until <= v_now)
