SELECT id, camera_id, zone_id, zone_version, rule_id, rule_version, kind, track_id, object_class, verdict, decided_by,
       reason, score, threshold_min, threshold_max, first_seen, last_seen, opened_at, closed_at, box, model_id,
       model_digest, detections_from, detections_to, version, position, locked, episode
FROM read_model.incident
WHERE id = ANY(%(ids)s)
