SELECT id, camera_id, name, polygon, version FROM read_model.zone WHERE id = ANY(%(ids)s)
