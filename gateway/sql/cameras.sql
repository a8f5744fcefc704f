SELECT id, name, target_fps, retention_days, starts_with(source, 'archive://') AS is_archive, source, analysis_source,
    analysis_width, ppe, plates
FROM read_model.camera
WHERE NOT retired
ORDER BY name, id
