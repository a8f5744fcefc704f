-- The live session behind a cookie. A disabled login has none.
SELECT s.login, s.expires_at
FROM auth.session s
JOIN auth.credential c USING (login)
WHERE s.token_hash = %(token_hash)s AND s.expires_at > now() AND c.disabled_at IS NULL
