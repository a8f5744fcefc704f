-- Who was erased is no person any more: neither to be found nor told apart from others who were.
SELECT f.id, f.camera_id, f.track_id, f.at, CASE WHEN u.erased_at IS NULL THEN f.person END AS person, u.login, u.name,
       f.score
FROM read_model.face_match f
LEFT JOIN read_model.user_account u ON u.id = f.person
WHERE f.keep_until > now()
  AND (%(cameras)s::text[] IS NULL OR f.camera_id = ANY(%(cameras)s))
  AND (%(persons)s::uuid[] IS NULL OR (f.person = ANY(%(persons)s) AND u.erased_at IS NULL))
  AND (%(known)s::boolean IS NULL OR (f.person IS NOT NULL) = %(known)s)
  AND (%(since)s::timestamptz IS NULL OR f.at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR f.at < %(until)s)
  AND (%(after_at)s::timestamptz IS NULL OR (f.at, f.id) < (%(after_at)s, %(after_id)s::uuid))
ORDER BY f.at DESC, f.id DESC
LIMIT %(limit)s
