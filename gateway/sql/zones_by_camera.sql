SELECT id, camera_id, name, polygon, version FROM read_model.zone WHERE camera_id = ANY(%(ids)s) ORDER BY name, id
