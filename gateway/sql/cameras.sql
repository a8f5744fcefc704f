SELECT id, name, target_fps, retention_days FROM read_model.camera WHERE NOT retired ORDER BY name, id
