-- What cameras were last told to send, and until when it was something else: the newest told minute of the last day of
-- each, and before it the newest of another codec or size.
SELECT c.id AS camera_id, now.minute, now.stream, earlier.minute AS changed_after, earlier.stream AS before
FROM unnest(%(ids)s::text[]) AS c (id)
CROSS JOIN LATERAL (
    SELECT minute, stream FROM read_model.coverage_minute
    WHERE camera_id = c.id AND stream IS NOT NULL AND minute > now() - interval '1 day'
    ORDER BY minute DESC LIMIT 1
) AS now
LEFT JOIN LATERAL (
    SELECT minute, stream FROM read_model.coverage_minute
    WHERE camera_id = c.id AND minute > now.minute - interval '1 day' AND minute < now.minute AND stream IS NOT NULL
        AND (stream -> 'codec', stream -> 'width', stream -> 'height')
            IS DISTINCT FROM (now.stream -> 'codec', now.stream -> 'width', now.stream -> 'height')
    ORDER BY minute DESC LIMIT 1
) AS earlier ON true
