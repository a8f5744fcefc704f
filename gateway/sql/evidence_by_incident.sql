SELECT incident_id, kind, key, sha256, size_bytes, media_type, captured_from, captured_to, missing_reason,
       expired_at, expired_cause, box
FROM read_model.incident_evidence
WHERE incident_id = ANY(%(ids)s)
ORDER BY incident_id, kind
