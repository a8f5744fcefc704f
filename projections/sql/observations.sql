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
