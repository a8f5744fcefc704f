-- Views for analysts, third part: what was observed that is no decision.

-- view: coverage_minutes
-- How each camera was watched, minute by minute. A minute without a row: nothing ran that could have watched.
select
    c.camera_id,  -- cameras.id
    c.minute,  -- its first moment
    c.since,  -- later than minute where the camera was registered in it
    c.target_fps,  -- frames a second that were wanted
    c.expected,  -- frames that target_fps asks for
    c.captured,  -- pictures that came, at the camera's own rate
    c.analysed,  -- frames
    c.dropped,  -- frames that were not analysed, by reason
    c.models,  -- that looked
    c.gaps  -- times without a picture, with their reasons
from read_model.coverage_minute c

-- view: zone_visits
-- Stays of tracks in zones.
select
    v.id,  -- identifier
    v.camera_id,  -- cameras.id
    v.zone_id,  -- zones.id
    v.zone_version,  -- of the zone when the track entered
    v.track_id,  -- of the object, unique across restarts
    v.object_class,  -- what it was in most of its frames
    v.entered_at,  -- capture time
    v.left_at,  -- capture time
    v.duration_s,  -- seconds
    v.max_score,  -- of the detector, 0..1
    v.frames  -- in which it was seen there
from read_model.zone_visit v

-- view: vehicle_passages
-- Vehicles that went through a gate.
select
    p.id,  -- identifier
    p.camera_id,  -- cameras.id
    p.zone_id,  -- zones.id of the gate
    p.zone_version,  -- of the gate when the vehicle entered
    p.track_id,  -- of the vehicle, unique across restarts
    p.object_class,  -- what it was in most of its frames
    p.entered_at,  -- capture time
    p.left_at,  -- capture time
    p.direction,  -- in, out; null where the gate has no line or the vehicle turned back
    p.max_score,  -- of the detector, 0..1
    p.frames  -- in which it was seen there
from read_model.vehicle_passage p
