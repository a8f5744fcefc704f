-- Who did what to which thing, newest first. A parameter that is NULL does not filter.
SELECT position, at, actor, service, entity, entity_id, version, name, detail
FROM read_model.audit_entry
WHERE (%(after)s::bigint IS NULL OR position < %(after)s)
  AND (%(actor)s::text IS NULL OR actor = %(actor)s)
  AND (%(entity)s::text IS NULL OR entity = %(entity)s)
  AND (%(entity_id)s::text IS NULL OR entity_id = %(entity_id)s)
  AND (%(name)s::text IS NULL OR name = %(name)s)
  AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
  AND (%(services)s OR NOT service)
ORDER BY position DESC
LIMIT %(limit)s
