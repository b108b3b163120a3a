greatest({now}, {m}due_at, {now} + {m}due_in)
