-- How a camera was watched, minute by minute.
SELECT minute, since, target_fps, expected, captured, analysed, detected, dropped, models, gaps
FROM read_model.coverage_minute
WHERE camera_id = %(camera)s AND minute >= %(since)s AND minute < %(until)s
ORDER BY minute
