SELECT id, name, camera_id, zone_id, kind, version, threshold_min, threshold_max, dwell_s, window_s, gap_s,
    schedule, object_classes, min_person_height, at_gate, forbidden, near, forbidden_lamps, retired
FROM read_model.rule
WHERE id = ANY(%(ids)s)
