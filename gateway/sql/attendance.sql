-- When people came and went: for each working day of the plant's clocks and each zone. A visit over the border of two
-- days counts in both, in each with its part; one that began more than a day before a day is not looked for in it.
WITH days AS (
    SELECT d::date AS day,
           (d + make_interval(hours => %(starts)s)) AT TIME ZONE %(tz)s AS since,
           (d + make_interval(days => 1, hours => %(starts)s)) AT TIME ZONE %(tz)s AS until
    FROM generate_series(%(since)s::date::timestamp, %(until)s::date::timestamp, interval '1 day') AS d
), parts AS (
    SELECT days.day, v.camera_id, v.zone_id, greatest(v.entered_at, days.since) AS since,
           least(v.left_at, days.until) AS until
    FROM days
    JOIN read_model.zone_visit v
        ON v.entered_at < days.until AND v.entered_at >= days.since - interval '1 day' AND v.left_at >= days.since
    WHERE v.object_class = 'person'
      AND (%(cameras)s::text[] IS NULL OR v.camera_id = ANY(%(cameras)s))
      AND (%(zones)s::text[] IS NULL OR v.zone_id = ANY(%(zones)s))
), counted AS (
    SELECT day, camera_id, zone_id, min(since) AS first_entry, max(until) AS last_exit, count(*) AS visits,
           sum(extract(epoch FROM until - since))::float8 AS person_s,
           range_agg(tstzrange(since, until, '[]')) AS occupied
    FROM parts
    GROUP BY day, camera_id, zone_id
)
SELECT day, camera_id, zone_id, first_entry, last_exit, visits, person_s,
       (SELECT sum(extract(epoch FROM upper(r) - lower(r)))::float8 FROM unnest(occupied) AS r) AS occupied_s
FROM counted
ORDER BY day, camera_id, zone_id
LIMIT %(limit)s
