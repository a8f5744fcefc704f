-- Statements by which every projection keeps its position.

-- name: register
insert into projection (name, position) values (%(name)s, 0) on conflict (name) do nothing;

-- name: lock
-- Holds off a second instance until this batch is committed.
select position from projection where name = %(name)s for update;

-- name: read
select position from projection where name = %(name)s;

-- name: advance
update projection set position = %(position)s where name = %(name)s and position < %(position)s;

-- name: announce
select pg_notify('kaska_projected', %(payload)s);

-- name: alone
select pg_try_advisory_lock(%(key)s);

-- name: all
select name, position from projection;

-- name: be_brief
-- Readers that come while this transaction waits for a table wait with it.
set local lock_timeout = '3s';

-- name: granted
select privilege_type, grantee::regrole::text
from pg_class, aclexplode(relacl)
where oid = to_regclass(%(table)s) and grantee <> relowner and grantee <> 0;

-- name: key_columns
-- Of a table's primary key, in its order.
select a.attname
from pg_index i, unnest(i.indkey) with ordinality k (attnum, place), pg_attribute a
where i.indrelid = to_regclass(%(table)s) and i.indisprimary and a.attrelid = i.indrelid and a.attnum = k.attnum
order by k.place;

-- name: columns
select attname from pg_attribute where attrelid = to_regclass(%(table)s) and attnum > 0 and not attisdropped
order by attname;

-- name: one_snapshot
set transaction isolation level repeatable read, read only;
