SELECT login, password_hash FROM auth.credential WHERE login = %(login)s AND disabled_at IS NULL
