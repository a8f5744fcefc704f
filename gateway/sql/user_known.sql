SELECT login FROM read_model.user_account WHERE id = %(id)s
