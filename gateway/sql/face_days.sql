-- Working days of people whose faces were known: from when to when they were seen, and the time that their tracks were
-- in zones. Zones that overlap count once. A track known as two people counts for neither.
WITH days AS (
    SELECT d::date AS day,
           (d + make_interval(hours => %(starts)s)) AT TIME ZONE %(tz)s AS since,
           (d + make_interval(days => 1, hours => %(starts)s)) AT TIME ZONE %(tz)s AS until
    FROM generate_series(%(since)s::date::timestamp, %(until)s::date::timestamp, interval '1 day') AS d
), known AS (
    SELECT f.camera_id, f.track_id, (array_agg(f.person))[1] AS person, min(f.at) AS first_at, max(f.at) AS last_at
    FROM read_model.face_match f
    JOIN (SELECT min(since) - interval '1 day' AS since, max(until) AS until FROM days) AS asked
        ON f.at >= asked.since AND f.at < asked.until
    WHERE f.person IS NOT NULL AND f.keep_until > now()
      AND (%(cameras)s::text[] IS NULL OR f.camera_id = ANY(%(cameras)s))
    GROUP BY f.camera_id, f.track_id
    HAVING count(DISTINCT f.person) = 1
), times AS (
    SELECT known.person, known.camera_id, known.track_id, known.first_at AS since, known.last_at AS until, NULL AS visit
    FROM known
    UNION ALL
    SELECT known.person, known.camera_id, known.track_id, v.entered_at, v.left_at, v.id
    FROM known
    JOIN read_model.zone_visit v ON v.camera_id = known.camera_id AND v.track_id = known.track_id
), parts AS (
    SELECT days.day, times.person, times.camera_id, times.track_id, times.visit,
           greatest(times.since, days.since) AS since, least(times.until, days.until) AS until
    FROM days
    JOIN times ON times.since < days.until AND times.until >= days.since
), counted AS (
    SELECT day, person, min(since) AS first_seen, max(until) AS last_seen,
           count(DISTINCT (camera_id, track_id)) AS tracks, count(visit) AS visits,
           range_agg(tstzrange(since, until, '[]')) FILTER (WHERE visit IS NOT NULL) AS within
    FROM parts
    GROUP BY day, person
)
SELECT c.day, c.person, u.login, u.name, c.first_seen, c.last_seen, c.tracks, c.visits,
       coalesce((SELECT sum(extract(epoch FROM upper(r) - lower(r)))::float8 FROM unnest(c.within) AS r), 0) AS within_s
FROM counted c
LEFT JOIN read_model.user_account u ON u.id = c.person
WHERE u.erased_at IS NULL
ORDER BY c.day, coalesce(u.name, u.login, c.person::text), c.person
LIMIT %(limit)s
