-- Statements of the projection `faces`.

-- name: face_match
insert into face_match select * from json_populate_recordset(null::face_match, %(rows)s::json)
on conflict (id) do nothing

-- name: forget
delete from face_match where keep_until <= now()
