SELECT id, name, camera_id, zone_id, kind, version, threshold_min, threshold_max
FROM read_model.rule
WHERE camera_id = ANY(%(ids)s) AND NOT retired
ORDER BY name, id
