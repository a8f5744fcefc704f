DELETE FROM auth.session WHERE token_hash = %(token_hash)s
