SELECT camera_id FROM read_model.incident WHERE id = %(id)s
