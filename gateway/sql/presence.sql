-- How many people entered each zone in each hour of the plant's clocks, and how many visits were going on in it. A visit
-- that began more than a day before the first of the days is not looked for.
SELECT h::date AS day, extract(hour FROM h)::integer AS hour, v.camera_id, v.zone_id,
       count(*) FILTER (WHERE v.entered_at >= h AT TIME ZONE %(tz)s) AS entries,
       count(*) AS visits,
       sum(extract(epoch FROM least(v.left_at, h AT TIME ZONE %(tz)s + interval '1 hour')
                              - greatest(v.entered_at, h AT TIME ZONE %(tz)s)))::float8 AS person_s
FROM read_model.zone_visit v
CROSS JOIN LATERAL generate_series(
    date_trunc('hour', v.entered_at AT TIME ZONE %(tz)s), v.left_at AT TIME ZONE %(tz)s, interval '1 hour'
) AS h
WHERE v.object_class = 'person'
  AND v.entered_at >= %(since)s::date::timestamp AT TIME ZONE %(tz)s - interval '1 day'
  AND v.entered_at < (%(until)s::date + 1)::timestamp AT TIME ZONE %(tz)s
  AND h >= %(since)s::date AND h < %(until)s::date + 1
  AND (%(cameras)s::text[] IS NULL OR v.camera_id = ANY(%(cameras)s))
  AND (%(zones)s::text[] IS NULL OR v.zone_id = ANY(%(zones)s))
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4
LIMIT %(limit)s
