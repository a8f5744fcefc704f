-- Faults of a camera's pictures that overlap a time.
SELECT camera_id, fault, begun_at, noticed_at, ended_at, figures
FROM read_model.picture_fault
WHERE camera_id = %(camera)s AND begun_at < %(until)s AND (ended_at IS NULL OR ended_at > %(since)s)
ORDER BY begun_at
