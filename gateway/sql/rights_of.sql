-- Rights of a person, each with the part of the plant in which it holds. Until the administrators' role has a holder,
-- the login that the installation made first has every right: somebody must give the others theirs.
SELECT r.rights, r.scope, g.scope AS granted
FROM read_model.role_grant g
JOIN read_model.role r ON r.id = g.role_id AND NOT r.retired
JOIN read_model.user_account u ON u.id = g.user_id AND NOT u.disabled
WHERE g.user_id = %(user_id)s
UNION ALL
SELECT %(every)s::text[], %(whole_plant)s::jsonb, NULL
WHERE NOT EXISTS (SELECT FROM read_model.role_grant WHERE role_id = %(administrators)s)
  AND %(login)s = (SELECT login FROM auth.credential ORDER BY created_at, login LIMIT 1)
