-- Statements of the projection `access`: users, roles and who holds them, and where cameras belong.

-- name: user
insert into user_account (id, provider, login, name, email, phone, registered_at, position)
values (%(user_id)s, %(provider)s, %(login)s, %(name)s, %(email)s, %(phone)s, %(at)s, %(position)s)
on conflict (id) do update
set provider = excluded.provider, login = excluded.login, name = excluded.name, email = excluded.email,
    phone = excluded.phone, position = excluded.position
where user_account.position < excluded.position;

-- name: user_disabled
update user_account set disabled = true, disabled_reason = %(reason)s, position = %(position)s
where id = %(user_id)s and position < %(position)s;

-- name: user_enabled
update user_account set disabled = false, disabled_reason = null, position = %(position)s
where id = %(user_id)s and position < %(position)s;

-- name: user_erased
-- What was known of the person went before, with their key (projections/persons.py).
update user_account set erased_at = %(at)s, position = %(position)s
where id = %(user_id)s and position < %(position)s;

-- name: role
insert into role (id, name, rights, scope, retired, position)
values (%(role_id)s, %(name)s, %(rights)s, %(scope)s, false, %(position)s)
on conflict (id) do update
set name = excluded.name, rights = excluded.rights, scope = excluded.scope, retired = false,
    position = excluded.position
where role.position < excluded.position;

-- name: role_retired
update role set retired = true, position = %(position)s where id = %(role_id)s and position < %(position)s;

-- name: granted
insert into role_grant (role_id, user_id, scope, granted_at, granted_by, position)
values (%(role_id)s, %(user_id)s, %(scope)s, %(at)s, %(by)s, %(position)s)
on conflict (role_id, user_id) do update
set scope = excluded.scope, granted_at = excluded.granted_at, granted_by = excluded.granted_by,
    position = excluded.position
where role_grant.position < excluded.position;

-- name: revoked
delete from role_grant where role_id = %(role_id)s and user_id = %(user_id)s and position < %(position)s;

-- name: placed
insert into camera_place (camera_id, group_id, shop_id, position)
values (%(camera_id)s, %(group_id)s, %(shop_id)s, %(position)s)
on conflict (camera_id) do update
set group_id = excluded.group_id, shop_id = excluded.shop_id, position = excluded.position
where camera_place.position < excluded.position;

-- name: forget_user
-- Journals are aggregates of the same context, with ids that are no user's.
delete from user_account where id::text = %(id)s;

-- name: forget_role
with gone as (delete from role_grant where role_id = %(id)s)
delete from role where id = %(id)s;

-- name: forget_camera
delete from camera_place where camera_id = %(id)s;
