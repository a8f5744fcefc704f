-- Statements of the projection `statistics`. Counts change by differences; medians are made again where a time changed.

-- name: zone
-- Set by the process at its start, in the live schema only; a copy is made by the same clocks.
select coalesce((select value from read_model.plant_setting where name = 'tz'), 'UTC');

-- name: found
select to_jsonb(outcome) from incident_outcome outcome where id = any(%(ids)s::uuid[]);

-- name: outcomes
insert into incident_outcome select * from json_populate_recordset(null::incident_outcome, %(rows)s::json)
on conflict (id) do update
set verdict = excluded.verdict, by_person = excluded.by_person, waiting_from = excluded.waiting_from,
    review_s = excluded.review_s, version = excluded.version;

-- name: counts
insert into daily_statistics select * from json_populate_recordset(null::daily_statistics, %(rows)s::json)
on conflict (day, camera_id, zone_id, kind) do update
set opened = daily_statistics.opened + excluded.opened,
    violations = daily_statistics.violations + excluded.violations,
    dismissed = daily_statistics.dismissed + excluded.dismissed,
    in_review = daily_statistics.in_review + excluded.in_review,
    confirmed = daily_statistics.confirmed + excluded.confirmed,
    false_positives = daily_statistics.false_positives + excluded.false_positives,
    reviewed = daily_statistics.reviewed + excluded.reviewed;

-- name: medians
update daily_statistics counted
set review_median_s = (
    select percentile_cont(0.5) within group (order by o.review_s)
    from incident_outcome o
    where o.day = counted.day and o.camera_id = counted.camera_id and o.zone_id = counted.zone_id
        and o.kind = counted.kind and o.review_s is not null
)
from json_populate_recordset(null::daily_statistics, %(rows)s::json) touched
where counted.day = touched.day and counted.camera_id = touched.camera_id and counted.zone_id = touched.zone_id
    and counted.kind = touched.kind;

-- name: forget_outcome
delete from incident_outcome where id = %(id)s;

-- name: forget_empty
delete from daily_statistics where opened = 0;
