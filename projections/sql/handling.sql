-- Statements of the projection `handling`: who is to look at an incident, and how often it was commented.

-- name: found
select to_jsonb(handling) from incident_handling handling where incident_id = any(%(ids)s::uuid[]);

-- name: handled
-- A row is written by a newer version only.
insert into incident_handling select * from json_populate_recordset(null::incident_handling, %(rows)s::json)
on conflict (incident_id) do update
set assignee = excluded.assignee, assigned_at = excluded.assigned_at, comments = excluded.comments,
    version = excluded.version, position = excluded.position
where incident_handling.version < excluded.version;

-- name: forget
delete from incident_handling where incident_id = %(id)s;
