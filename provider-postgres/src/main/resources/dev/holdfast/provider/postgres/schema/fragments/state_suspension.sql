-- The suspension of a change, whole, or the stored one.
has_suspension = s_suspends[i] OR {row}.has_suspension,
suspension_step = CASE WHEN s_suspends[i] THEN s_suspension_step[i] ELSE {row}.suspension_step END,
suspension_reason = CASE WHEN s_suspends[i] THEN s_suspension_reason[i] ELSE {row}.suspension_reason END,
suspension_state = CASE WHEN s_suspends[i] THEN s_suspension_state[i] ELSE {row}.suspension_state END,
suspension_metadata = CASE WHEN s_suspends[i] THEN s_suspension_metadata[i] ELSE {row}.suspension_metadata END
