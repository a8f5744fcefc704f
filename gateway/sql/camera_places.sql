-- Where each camera belongs.
SELECT c.id AS camera_id, p.group_id, p.shop_id
FROM read_model.camera c
LEFT JOIN read_model.camera_place p ON p.camera_id = c.id
