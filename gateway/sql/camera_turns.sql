-- When a camera was to be watched from, and when no more.
SELECT at, name <> 'camera.retired.v1' AS watched
FROM read_model.audit_entry
WHERE entity = 'camera' AND entity_id = %(camera)s
  AND name IN ('camera.registered.v1', 'camera.configured.v1', 'camera.retired.v1')
ORDER BY position
