SELECT name, position FROM read_model.projection
