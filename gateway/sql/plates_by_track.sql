SELECT r.camera_id, r.track_id, r.first_at, r.last_at, r.text, r.number, r.format, r.region, r.score, r.readings,
       r.keep_until, r.picture IS NOT NULL AS has_picture
FROM read_model.plate_read r
JOIN unnest(%(cameras)s::text[], %(tracks)s::bigint[]) AS wanted (camera_id, track_id) USING (camera_id, track_id)
WHERE r.keep_until > now()
