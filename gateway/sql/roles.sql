SELECT id, name, rights FROM read_model.role WHERE NOT retired ORDER BY name, id
