-- How many people entered each zone in each hour of the plant's clocks, and how many visits were going on in it.
WITH hours AS (
    SELECT h AT TIME ZONE %(tz)s AS since, h AT TIME ZONE %(tz)s + interval '1 hour' AS until,
           h::date AS day, extract(hour FROM h)::integer AS hour
    FROM generate_series(%(since)s::date::timestamp, %(until)s::date::timestamp + interval '23 hours',
                         interval '1 hour') AS h
)
SELECT hours.day, hours.hour, v.camera_id, v.zone_id,
       count(*) FILTER (WHERE v.entered_at >= hours.since) AS entries,
       count(*) AS visits,
       sum(extract(epoch FROM least(v.left_at, hours.until) - greatest(v.entered_at, hours.since)))::float8 AS person_s
FROM hours
JOIN read_model.zone_visit v
    ON v.entered_at < hours.until AND v.entered_at >= hours.since - interval '1 day' AND v.left_at >= hours.since
WHERE v.object_class = 'person'
  AND (%(cameras)s::text[] IS NULL OR v.camera_id = ANY(%(cameras)s))
  AND (%(zones)s::text[] IS NULL OR v.zone_id = ANY(%(zones)s))
GROUP BY hours.day, hours.hour, v.camera_id, v.zone_id
ORDER BY hours.day, hours.hour, v.camera_id, v.zone_id
LIMIT %(limit)s
