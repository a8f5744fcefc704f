-- Statements of the projection `notifying`: notification rules, report schedules, deliveries.

-- name: rule
insert into notification_rule (id, name, terms, position)
values (%(rule_id)s, %(name)s, %(terms)s, %(position)s)
on conflict (id) do update set name = excluded.name, terms = excluded.terms, position = excluded.position
where notification_rule.position < excluded.position;

-- name: rule_removed
delete from notification_rule where id = %(rule_id)s and position < %(position)s;

-- name: schedule
insert into report_schedule (id, name, terms, position)
values (%(schedule_id)s, %(name)s, %(terms)s, %(position)s)
on conflict (id) do update set name = excluded.name, terms = excluded.terms, position = excluded.position
where report_schedule.position < excluded.position;

-- name: schedule_removed
delete from report_schedule where id = %(schedule_id)s and position < %(position)s;

-- name: requested
insert into delivery (
    id, channel, recipient, occasion, about, incident_id, rule_id, schedule_id, state, requested_at, position
) values (
    %(delivery_id)s, %(channel)s, %(recipient)s, %(occasion)s, %(about)s, %(incident_id)s, %(rule_id)s,
    %(schedule_id)s, 'requested', %(at)s, %(position)s
) on conflict (id) do nothing;

-- name: sent
update delivery
set state = 'sent', attempts = %(attempt)s, retry_at = null, settled_at = %(at)s, position = %(position)s
where id = %(id)s and position < %(position)s;

-- name: failed
update delivery
set state = 'failed', attempts = %(attempt)s, reason = %(reason)s, retry_at = %(retry_at)s, position = %(position)s
where id = %(id)s and position < %(position)s;

-- name: given_up
update delivery
set state = 'given_up', attempts = %(attempts)s, reason = %(reason)s, retry_at = null, settled_at = %(at)s,
    position = %(position)s
where id = %(id)s and position < %(position)s;

-- name: forget_notification
delete from notification_rule where id = %(id)s;

-- name: forget_report
delete from report_schedule where id = %(id)s;

-- name: forget_delivery
delete from delivery where id = %(id)s;
