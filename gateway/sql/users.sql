-- People and the roles in use that they hold; who was erased is nobody any more.
SELECT u.id, u.login, u.name, u.provider, u.disabled,
       coalesce(
           json_agg(json_build_object('id', r.id, 'name', r.name, 'is_limited', g.scope IS NOT NULL) ORDER BY r.name, r.id)
               FILTER (WHERE r.id IS NOT NULL),
           '[]'::json
       ) AS roles
FROM read_model.user_account u
LEFT JOIN read_model.role_grant g ON g.user_id = u.id
LEFT JOIN read_model.role r ON r.id = g.role_id AND NOT r.retired
WHERE u.erased_at IS NULL AND (%(id)s::uuid IS NULL OR u.id = %(id)s)
GROUP BY u.id
ORDER BY u.name, u.login, u.id
LIMIT %(limit)s
