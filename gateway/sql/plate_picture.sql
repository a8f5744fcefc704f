SELECT picture FROM read_model.plate_read
WHERE camera_id = %(camera)s AND track_id = %(track)s AND keep_until > now()
