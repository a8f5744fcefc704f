SELECT id, name, camera_id, zone_id, kind, version, threshold_min, threshold_max
FROM read_model.rule
WHERE id = ANY(%(ids)s)
