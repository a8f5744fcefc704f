SELECT id, name, target_fps FROM read_model.camera WHERE NOT retired ORDER BY name, id
