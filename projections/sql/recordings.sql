-- Statements of the projection `recordings`.

-- name: started
insert into recording (id, camera_id, state, asked_by, reason, started_at, ends_at, position)
values (
    %(id)s, %(camera_id)s, 'recording', %(asked_by)s, %(reason)s, %(started_at)s, %(ends_at)s, %(position)s
) on conflict (id) do nothing;

-- name: stopped
update recording
set state = 'stopping', stopped_at = %(stopped_at)s, stopped_by = %(stopped_by)s, position = %(position)s
where id = %(id)s and position < %(position)s;

-- name: stored
update recording
set state = 'stored', key = %(key)s, sha256 = %(sha256)s, size_bytes = %(size_bytes)s, media_type = %(media_type)s,
    captured_from = %(captured_from)s, captured_to = %(captured_to)s, ended_by = %(end)s, position = %(position)s
where id = %(id)s and position < %(position)s;

-- name: missed
update recording set state = 'missed', missing_reason = %(reason)s, position = %(position)s
where id = %(id)s and position < %(position)s;

-- name: locked
update recording set locked = %(locked)s, position = %(position)s
where id = %(id)s and position < %(position)s;

-- name: expired
update recording
set state = 'expired', expired_at = %(at)s, expired_cause = %(cause)s, locked = false, position = %(position)s
where id = %(id)s and position < %(position)s;

-- name: forget_recording
delete from recording where id = %(id)s;
