-- What the process was told about the plant, in the live schema.

-- name: enterprise
insert into plant_setting (name, value) values ('enterprise', %(enterprise)s)
on conflict (name) do update set value = excluded.value where plant_setting.value <> excluded.value;

-- name: tz
-- A row comes back when the plant's clocks are others than before; none at all were those of UTC.
with before as (select coalesce((select value from plant_setting where name = 'tz'), 'UTC') as tz),
    noted as (
        insert into plant_setting (name, value) values ('tz', %(tz)s)
        on conflict (name) do update set value = excluded.value
    )
select tz from before where tz <> %(tz)s;

-- name: from_the_start
-- A row comes back when something was counted by the old clocks.
update projection set position = 0 where name = 'statistics' and position > 0 returning position;

-- name: forget_days
truncate incident_outcome, daily_statistics;
