SELECT f.person AS id, u.login, u.name
FROM (
    SELECT DISTINCT person
    FROM read_model.face_match
    WHERE person IS NOT NULL AND keep_until > now() AND (%(cameras)s::text[] IS NULL OR camera_id = ANY(%(cameras)s))
) AS f
LEFT JOIN read_model.user_account u ON u.id = f.person
WHERE u.erased_at IS NULL
ORDER BY coalesce(u.name, u.login, f.person::text), f.person
LIMIT %(limit)s
