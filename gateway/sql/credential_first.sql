-- Only into an empty table: two gateways that start at once make one administrator.
INSERT INTO auth.credential (login, password_hash)
SELECT %(login)s, %(password_hash)s
WHERE NOT EXISTS (SELECT FROM auth.credential)
ON CONFLICT DO NOTHING
