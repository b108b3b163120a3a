-- Whether a message `m` belongs to the batch of a holder: visible at the fetch, and stored before the token was drawn.
(m.visible_at <= {until} AND m.seq < {token} AND (m.behind_epoch IS NULL OR m.behind_epoch < {token}))
