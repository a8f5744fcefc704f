-- Statements of the projection `licences`.

-- name: issued
insert into licence (id, enterprise, modules, cameras, valid_from, valid_until, state, position)
values (
    %(licence_id)s, %(enterprise)s, %(modules)s, %(cameras)s, %(valid_from)s, %(valid_until)s, 'issued', %(position)s
) on conflict (id) do nothing;

-- name: activated
update licence
set installation = %(installation)s, activated_at = %(activated_at)s, position = %(position)s,
    state = case state when 'issued' then 'active' else state end
where id = %(id)s and position < %(position)s;

-- name: warned
update licence set state = 'expiring', warned_at = %(warned_at)s, position = %(position)s
where id = %(id)s and position < %(position)s;

-- name: expired
update licence set state = 'expired', restricted_from = %(restricted_from)s, position = %(position)s
where id = %(id)s and position < %(position)s;

-- name: renewed
update licence
set modules = %(modules)s, cameras = %(cameras)s, valid_from = %(valid_from)s, valid_until = %(valid_until)s,
    state = case when activated_at is null then 'issued' else 'active' end, warned_at = null, restricted_from = null,
    position = %(position)s
where id = %(id)s and position < %(position)s;

-- name: forget_licence
delete from licence where id = %(id)s;
