-- Where the pictures of the cameras in use come from.
SELECT id, source FROM read_model.camera WHERE NOT retired ORDER BY id
