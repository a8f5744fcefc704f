-- One stored file of an incident, also one that was given up; no row for one that is missing or could not be made.
SELECT incident_id, kind, key, sha256, size_bytes, media_type, captured_from, captured_to, missing_reason,
       expired_at, expired_cause, box
FROM read_model.incident_evidence
WHERE incident_id = %(incident_id)s AND kind = %(kind)s AND key IS NOT NULL
