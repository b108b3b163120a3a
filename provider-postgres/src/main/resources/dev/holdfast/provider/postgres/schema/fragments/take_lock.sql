-- How a free ready row `r` is locked. The token is drawn after the row is locked, like the seq of messages: messages of the
-- batch have a smaller seq than the token, later ones a greater one.
lock_epoch = {token}, locked_until = {until}, ready_at = {until}, batch_until = v_now,
delivery_count = r.delivery_count + 1, owner = :fn.owner_of_session()
