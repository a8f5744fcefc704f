-- The logins of erased persons, with their password hashes; their sessions go with them.
DELETE FROM auth.credential c
USING read_model.user_account u
WHERE u.id = c.user_id AND u.erased_at IS NOT NULL
RETURNING c.login
