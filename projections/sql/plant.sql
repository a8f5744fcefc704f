-- Statements of the projection `plant`: cameras, zones and rules as they stand now.

-- name: camera
insert into camera (id, name, source, target_fps, analysis_width, ppe, analysis_source, plates, retired, position)
values (
    %(camera_id)s, %(name)s, %(source)s, %(target_fps)s, %(analysis_width)s, %(ppe)s, %(analysis_source)s, %(plates)s,
    false, %(position)s
) on conflict (id) do update
set name = excluded.name, source = excluded.source, target_fps = excluded.target_fps,
    analysis_width = excluded.analysis_width, ppe = excluded.ppe, analysis_source = excluded.analysis_source,
    plates = excluded.plates, retired = false, position = excluded.position
where camera.position < excluded.position;

-- name: retention
update camera set retention_days = %(days)s, position = %(position)s
where id = %(camera_id)s and position < %(position)s;

-- name: camera_retired
update camera set retired = true, position = %(position)s
where id = %(camera_id)s and position < %(position)s;

-- name: zone
insert into zone (id, camera_id, name, polygon, version, effective_from, gate, line, retired, position)
values (
    %(zone_id)s, %(camera_id)s, %(name)s, %(polygon)s, %(zone_version)s, %(effective_from)s, %(gate)s, %(line)s, false,
    %(position)s
) on conflict (id) do update
set camera_id = excluded.camera_id, name = excluded.name, polygon = excluded.polygon, version = excluded.version,
    effective_from = excluded.effective_from, gate = excluded.gate, line = excluded.line, retired = false,
    position = excluded.position
where zone.position < excluded.position;

-- name: zone_retired
update zone set retired = true, position = %(position)s
where id = %(zone_id)s and position < %(position)s;

-- name: rule
insert into rule (
    id, name, camera_id, zone_id, kind, version, threshold_min, threshold_max, dwell_s, window_s, gap_s, schedule,
    effective_from, object_classes, min_person_height, at_gate, forbidden, near, forbidden_lamps, retired, position
) values (
    %(rule_id)s, %(name)s, %(camera_id)s, %(zone_id)s, %(kind)s, %(rule_version)s, %(threshold_min)s,
    %(threshold_max)s, %(dwell_s)s, %(window_s)s, %(gap_s)s, %(schedule)s, %(effective_from)s,
    %(object_classes)s, %(min_person_height)s, %(at_gate)s, %(forbidden)s, %(near)s, %(forbidden_lamps)s, false,
    %(position)s
) on conflict (id) do update
set name = excluded.name, camera_id = excluded.camera_id, zone_id = excluded.zone_id, kind = excluded.kind,
    version = excluded.version, threshold_min = excluded.threshold_min, threshold_max = excluded.threshold_max,
    dwell_s = excluded.dwell_s, window_s = excluded.window_s, gap_s = excluded.gap_s, schedule = excluded.schedule,
    effective_from = excluded.effective_from, object_classes = excluded.object_classes,
    min_person_height = excluded.min_person_height, at_gate = excluded.at_gate, forbidden = excluded.forbidden,
    near = excluded.near, forbidden_lamps = excluded.forbidden_lamps, retired = false, position = excluded.position
where rule.position < excluded.position;

-- name: rule_retired
update rule set retired = true, position = %(position)s
where id = %(rule_id)s and position < %(position)s;

-- name: forget_camera
delete from camera where id = %(id)s;

-- name: forget_zone
delete from zone where id = %(id)s;

-- name: forget_rule
delete from rule where id = %(id)s;
