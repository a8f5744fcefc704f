-- What was asked and told of the teaching of a zone's machine, newest first.
SELECT at, actor, name, detail
FROM read_model.audit_entry
WHERE entity = 'zone' AND entity_id = %(zone_id)s AND name = ANY(%(names)s)
ORDER BY position DESC
LIMIT %(limit)s
