-- Statements of the projections of OBSERVATIONS: a page is one statement. What is told twice stays as it was told first.

-- name: coverage_minute
insert into coverage_minute select * from json_populate_recordset(null::coverage_minute, %(rows)s::json)
on conflict (camera_id, minute) do nothing;

-- name: zone_visit
insert into zone_visit select * from json_populate_recordset(null::zone_visit, %(rows)s::json)
on conflict (id) do nothing;

-- name: vehicle_passage
insert into vehicle_passage select * from json_populate_recordset(null::vehicle_passage, %(rows)s::json)
on conflict (id) do nothing;

-- name: picture_fault
-- Told twice: when it is noticed, and when it is over. The second time is what remains.
insert into picture_fault select * from json_populate_recordset(null::picture_fault, %(rows)s::json)
on conflict (camera_id, fault, begun_at) do update
set noticed_at = excluded.noticed_at, ended_at = excluded.ended_at, figures = excluded.figures,
    position = excluded.position
where excluded.ended_at is not null and picture_fault.ended_at is null;
