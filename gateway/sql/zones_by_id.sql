SELECT id, camera_id, name, polygon, version, gate, line, retired
FROM read_model.zone
WHERE id = ANY(%(ids)s)
