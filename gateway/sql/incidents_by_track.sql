SELECT i.id, i.camera_id, i.track_id
FROM read_model.incident i
JOIN unnest(%(cameras)s::text[], %(tracks)s::bigint[]) AS wanted (camera_id, track_id) USING (camera_id, track_id)
ORDER BY i.opened_at, i.id
