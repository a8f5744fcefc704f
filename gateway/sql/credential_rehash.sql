UPDATE auth.credential SET password_hash = %(password_hash)s WHERE login = %(login)s
