SELECT v.id, v.camera_id, v.zone_id, v.zone_version, v.track_id, v.object_class, v.entered_at, v.left_at, v.duration_s,
       v.max_score, v.frames
FROM read_model.zone_visit v
JOIN unnest(%(cameras)s::text[], %(tracks)s::bigint[]) AS wanted (camera_id, track_id) USING (camera_id, track_id)
ORDER BY v.entered_at, v.id
