-- A new session; the ones that have run out go at the same time.
WITH swept AS (DELETE FROM auth.session WHERE expires_at <= now())
INSERT INTO auth.session (token_hash, login, address, expires_at)
VALUES (%(token_hash)s, %(login)s, %(address)s, now() + %(lifetime)s)
RETURNING login, expires_at
