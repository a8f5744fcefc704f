SELECT incident_id, version, position, name, at, by, detail
FROM read_model.incident_history
WHERE incident_id = ANY(%(ids)s)
ORDER BY incident_id, version
