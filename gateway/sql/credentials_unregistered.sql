SELECT login FROM auth.credential WHERE user_id IS NULL
