-- How many vehicles of which class went through gates, by day and hour of the plant's clocks.
SELECT (p.entered_at AT TIME ZONE %(tz)s)::date AS day,
       extract(hour FROM p.entered_at AT TIME ZONE %(tz)s)::integer AS hour,
       p.object_class,
       count(*) FILTER (WHERE p.direction = 'in') AS entered,
       count(*) FILTER (WHERE p.direction = 'out') AS departed,
       count(*) FILTER (WHERE p.direction IS NULL) AS undirected,
       count(r.number) AS plates
FROM read_model.vehicle_passage p
LEFT JOIN read_model.plate_read r
    ON r.camera_id = p.camera_id AND r.track_id = p.track_id AND r.keep_until > now()
WHERE p.entered_at >= %(since)s::date::timestamp AT TIME ZONE %(tz)s
  AND p.entered_at < (%(until)s::date + 1)::timestamp AT TIME ZONE %(tz)s
  AND (%(cameras)s::text[] IS NULL OR p.camera_id = ANY(%(cameras)s))
  AND (%(zones)s::text[] IS NULL OR p.zone_id = ANY(%(zones)s))
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
LIMIT %(limit)s
