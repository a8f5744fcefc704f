SELECT id, erased_at FROM read_model.user_account WHERE id = %(id)s AND erased_at IS NOT NULL
