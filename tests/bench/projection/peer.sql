-- One event, one or two statements; what the projection `incidents` writes for a page.

-- name: opened
-- A new incident; the verdict comes with the next event of the same save.
insert into incident (
    id, camera_id, zone_id, zone_version, rule_id, rule_version, kind, track_id, object_class, verdict, score,
    threshold_min, threshold_max, first_seen, last_seen, opened_at, box, model_id, model_digest, detections_from,
    detections_to, version, position
) values (
    %(id)s, %(camera_id)s, %(zone_id)s, %(zone_version)s, %(rule_id)s, %(rule_version)s, %(kind)s, %(track_id)s,
    %(object_class)s, %(verdict)s, %(score)s, %(threshold_min)s, %(threshold_max)s, %(first_seen)s, %(last_seen)s,
    %(opened_at)s, %(box)s, %(model_id)s, %(model_digest)s, %(detections_from)s, %(detections_to)s, %(version)s,
    %(position)s
) on conflict (id) do nothing;

-- name: score_raised
update incident
set score = %(score)s, last_seen = %(last_seen)s, detections_to = %(detections_to)s,
    version = %(version)s, position = %(position)s
where id = %(id)s and version < %(version)s;

-- name: closed
update incident
set last_seen = %(last_seen)s, closed_at = %(closed_at)s, detections_to = %(detections_to)s,
    version = %(version)s, position = %(position)s
where id = %(id)s and version < %(version)s;

-- name: verdict
-- A verdict of the rule (decided_by null) or of a person.
update incident
set verdict = %(verdict)s, decided_by = %(decided_by)s, reason = %(reason)s,
    version = %(version)s, position = %(position)s
where id = %(id)s and version < %(version)s;

-- name: touched
-- The event changes another table; the incident's version moves on all the same.
update incident
set version = %(version)s, position = %(position)s
where id = %(id)s and version < %(version)s;

-- name: evidence
-- A file that arrives later replaces the note that it was missed.
insert into incident_evidence (
    incident_id, kind, key, sha256, size_bytes, media_type, captured_from, captured_to, missing_reason
) values (
    %(id)s, %(kind)s, %(key)s, %(sha256)s, %(size_bytes)s, %(media_type)s, %(captured_from)s, %(captured_to)s,
    %(missing_reason)s
) on conflict (incident_id, kind) do update
set key = excluded.key, sha256 = excluded.sha256, size_bytes = excluded.size_bytes,
    media_type = excluded.media_type, captured_from = excluded.captured_from, captured_to = excluded.captured_to,
    missing_reason = excluded.missing_reason
where incident_evidence.key is null;

-- name: history
insert into incident_history (incident_id, version, position, name, at, by, detail)
values (%(id)s, %(version)s, %(position)s, %(name)s, %(at)s, %(by)s, %(detail)s)
on conflict (incident_id, version) do nothing;
