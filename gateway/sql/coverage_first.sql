-- The first minute that anything is known of.
SELECT min(minute) AS at FROM read_model.coverage_minute WHERE camera_id = %(camera)s HAVING min(minute) IS NOT NULL
