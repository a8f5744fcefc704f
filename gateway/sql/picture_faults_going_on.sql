-- Faults of the pictures of some cameras that have not ended.
SELECT camera_id, fault, begun_at, noticed_at, ended_at, figures
FROM read_model.picture_fault
WHERE camera_id = ANY(%(ids)s) AND ended_at IS NULL
ORDER BY begun_at
