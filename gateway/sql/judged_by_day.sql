-- What people judged of each camera's incidents, by the day on which they opened.
SELECT camera_id, day, sum(false_positives)::int AS false_alarms, sum(false_positives + confirmed)::int AS judged
FROM read_model.daily_statistics
WHERE day > %(since)s AND day <= %(until)s
  AND (%(ids)s::text[] IS NULL OR camera_id = ANY(%(ids)s))
GROUP BY camera_id, day
HAVING sum(false_positives + confirmed) > 0
ORDER BY camera_id, day
