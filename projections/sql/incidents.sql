-- Statements of the projection `incidents`: a page of events is one read and at most three writes, whatever its size.
-- Rows travel as one JSON array of objects named like the columns. Every statement may be run twice.

-- name: found
-- Rows that the page's events change, as they stand.
select to_jsonb(incident) from incident where id = any(%(ids)s::uuid[]);

-- name: incidents
-- A row is written by a newer version only.
insert into incident select * from json_populate_recordset(null::incident, %(rows)s::json)
on conflict (id) do update
set verdict = excluded.verdict, decided_by = excluded.decided_by, reason = excluded.reason, score = excluded.score,
    last_seen = excluded.last_seen, closed_at = excluded.closed_at, detections_to = excluded.detections_to,
    version = excluded.version, position = excluded.position, locked = excluded.locked
where incident.version < excluded.version;

-- name: evidence
-- A file that arrives later replaces the note that it was missed.
insert into incident_evidence select * from json_populate_recordset(null::incident_evidence, %(rows)s::json)
on conflict (incident_id, kind) do update
set key = excluded.key, sha256 = excluded.sha256, size_bytes = excluded.size_bytes,
    media_type = excluded.media_type, captured_from = excluded.captured_from, captured_to = excluded.captured_to,
    missing_reason = excluded.missing_reason, box = excluded.box
where incident_evidence.key is null;

-- name: expired
-- After the files: one that was attached in the same page is there by then.
update incident_evidence e
set expired_at = gone.expired_at, expired_cause = gone.expired_cause
from json_populate_recordset(null::incident_evidence, %(rows)s::json) gone
where e.incident_id = gone.incident_id and e.kind = gone.kind and e.expired_at is null;

-- name: history
insert into incident_history select * from json_populate_recordset(null::incident_history, %(rows)s::json)
on conflict (incident_id, version) do nothing;

-- name: forget_evidence
delete from incident_evidence where incident_id = %(id)s;

-- name: forget_history
delete from incident_history where incident_id = %(id)s;

-- name: forget_incident
delete from incident where id = %(id)s;
