-- Statements of the projection `audit`: one row for each event.

-- name: entries
insert into audit_entry select * from json_populate_recordset(null::audit_entry, %(rows)s::json)
on conflict (position) do nothing;

-- name: forget
delete from audit_entry where entity = %(entity)s and entity_id = %(id)s;
