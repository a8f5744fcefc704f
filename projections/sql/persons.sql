-- Statements about persons that are mentioned in rows.

-- name: mention
insert into person_mention select * from json_populate_recordset(null::person_mention, %(rows)s::json)
on conflict do nothing;

-- name: mentioned
select context, aggregate_id from person_mention where projection = %(projection)s and person = %(person)s
order by context, aggregate_id;
