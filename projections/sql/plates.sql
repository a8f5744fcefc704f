-- Statements of the projection `plates`. Of what is told of a track several times, that of most readings stays.

-- name: plate_read
insert into plate_read
select distinct on (camera_id, track_id) *
from json_populate_recordset(null::plate_read, %(rows)s::json)
order by camera_id, track_id, readings desc
on conflict (camera_id, track_id) do update set
    first_at = excluded.first_at, last_at = excluded.last_at, text = excluded.text, number = excluded.number,
    format = excluded.format, region = excluded.region, score = excluded.score, readings = excluded.readings,
    models = excluded.models, keep_until = excluded.keep_until, picture = excluded.picture,
    position = excluded.position
where excluded.readings > plate_read.readings

-- name: forget
delete from plate_read where keep_until <= now()
