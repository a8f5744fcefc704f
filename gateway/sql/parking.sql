-- Passages through gates with the plates that may still be known, oldest first. A parameter that is NULL does not filter.
SELECT p.id, p.camera_id, p.zone_id, p.object_class, p.entered_at, p.left_at, p.direction, r.number
FROM read_model.vehicle_passage p
LEFT JOIN read_model.plate_read r
    ON r.camera_id = p.camera_id AND r.track_id = p.track_id AND r.keep_until > now()
WHERE p.entered_at >= %(since)s AND p.entered_at < %(until)s
  AND (%(cameras)s::text[] IS NULL OR p.camera_id = ANY(%(cameras)s))
  AND (%(zones)s::text[] IS NULL OR p.zone_id = ANY(%(zones)s))
ORDER BY p.entered_at, p.id
LIMIT %(limit)s
