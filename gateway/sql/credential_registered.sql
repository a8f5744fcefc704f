UPDATE auth.credential SET user_id = %(user_id)s WHERE login = %(login)s
