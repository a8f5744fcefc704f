-- What became of the incidents of each day. A parameter that is NULL does not filter.
SELECT day, camera_id, zone_id, kind, opened, violations, dismissed, in_review, confirmed, false_positives, reviewed,
       review_median_s
FROM read_model.daily_statistics
WHERE day >= %(since)s AND day <= %(until)s
  AND (%(allowed)s::text[] IS NULL OR camera_id = ANY(%(allowed)s))
  AND (%(camera)s::text IS NULL OR camera_id = %(camera)s)
  AND (%(kind)s::text IS NULL OR kind = %(kind)s)
ORDER BY day, camera_id, zone_id, kind
LIMIT %(limit)s
