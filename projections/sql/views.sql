-- Statements about the views on read models.

-- name: alone
-- Of several processes that start at once, one makes the views.
select pg_advisory_xact_lock(hashtextextended('kaska views', 0));

-- name: mark
-- What was made last, and how many of the schema's views are there.
select
    coalesce(obj_description(to_regnamespace('analytics'), 'pg_namespace'), ''),
    (select count(*) from pg_class where relnamespace = to_regnamespace('analytics') and relkind = 'v');

-- name: there
select relname from pg_class where relnamespace = to_regnamespace('analytics') and relkind = 'v';

-- name: spell_out
set local search_path = pg_catalog;

-- name: standing_on
-- Views that stand on any of the tables, over other views too: those on top first. `stub` has the same columns and no
-- table behind them; `query` is the view's own text with every name spelled out.
with recursive standing as (
    select to_regclass(name)::oid as on_oid, r.ev_class as view, 1 as height
    from unnest(%(tables)s::text[]) as name
    join pg_depend d on d.refobjid = to_regclass(name) and d.classid = 'pg_rewrite'::regclass
    join pg_rewrite r on r.oid = d.objid and r.ev_class <> d.refobjid
    union
    select s.view, r.ev_class, s.height + 1
    from standing s
    join pg_depend d on d.refobjid = s.view and d.classid = 'pg_rewrite'::regclass
    join pg_rewrite r on r.oid = d.objid and r.ev_class <> d.refobjid
),
tops as (select view, max(height) as height from standing group by view)
select n.nspname::text, c.relname::text,
    (
        select 'select ' || string_agg(
            format(
                'null::%%s%%s as %%I', format_type(a.atttypid, a.atttypmod),
                case when a.attcollation <> t.typcollation then ' collate ' || a.attcollation::regcollation end,
                a.attname
            ), ', ' order by a.attnum
        )
        from pg_attribute a
        join pg_type t on t.oid = a.atttypid
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    ),
    rtrim(pg_get_viewdef(c.oid), ';')
from tops
join pg_class c on c.oid = tops.view and c.relkind = 'v'
join pg_namespace n on n.oid = c.relnamespace
order by tops.height desc, n.nspname, c.relname;

-- name: documented
-- Each view (column null), then its columns in their order; views in the order in which they were made.
select relname, about, attname, kind, meaning
from (
    select c.oid, c.relname, 0 as attnum, obj_description(c.oid, 'pg_class') as about, null as attname, null as kind,
        null as meaning
    from pg_class c
    where c.relnamespace = 'analytics'::regnamespace and c.relkind = 'v'
    union all
    select c.oid, c.relname, a.attnum, null, a.attname, format_type(a.atttypid, a.atttypmod),
        col_description(c.oid, a.attnum)
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relnamespace = 'analytics'::regnamespace and c.relkind = 'v'
) told
order by oid, attnum;
