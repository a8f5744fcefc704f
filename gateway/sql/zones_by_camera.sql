SELECT id, camera_id, name, polygon, version, gate, line, retired
FROM read_model.zone
WHERE camera_id = ANY(%(ids)s) AND NOT retired
ORDER BY name, id
