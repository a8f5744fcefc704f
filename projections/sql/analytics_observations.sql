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
    c.gaps,  -- times without a picture, with their reasons
    coalesce((
        select sum(extract(epoch from
            least(coalesce(f.ended_at, c.minute + interval '1 minute'), c.minute + interval '1 minute')
            - greatest(f.begun_at, c.minute)))
        from read_model.picture_fault f
        where f.camera_id = c.camera_id and f.begun_at < c.minute + interval '1 minute'
            and (f.ended_at is null or f.ended_at > c.minute)
    ), 0)::real as blind_s,  -- seconds of the minute in which its pictures could show nothing, see picture_faults
    c.stream  -- codec, width, height, fps and kbit_s of what the camera sent; null where that was not told
from read_model.coverage_minute c

-- view: picture_faults
-- When a camera's picture could show nothing, and why: "no violations" of that time is not "safe".
select
    f.camera_id,  -- cameras.id
    f.fault,  -- moved, covered, blurred, dark, overexposed, black, frozen_picture
    f.begun_at,  -- first picture with the fault
    f.noticed_at,  -- when it counted as one
    f.ended_at,  -- first good picture again; null while it lasts
    f.figures  -- what was measured when it was noticed
from read_model.picture_fault f

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

-- view: vehicle_plates
-- Number plates of vehicles that went through gates, for as long as they are kept; a passage may have none.
select
    p.id as passage_id,  -- vehicle_passages.id
    p.camera_id,  -- cameras.id
    p.zone_id,  -- zones.id of the gate
    p.object_class,  -- what the vehicle was in most of its frames
    p.entered_at,  -- capture time
    p.left_at,  -- capture time
    p.direction,  -- in, out; null where it is not known
    r.number,  -- Russian form; null where the text fits no format of the standard
    r.text,  -- as read: Latin capitals and digits
    r.format,  -- car, public, trailer, tractor_or_motorcycle, ...
    r.region,  -- code
    r.score,  -- how sure, 0..1
    r.readings,  -- looks at the vehicle that gave a text
    r.keep_until  -- then it is deleted
from read_model.vehicle_passage p
join read_model.plate_read r on r.camera_id = p.camera_id and r.track_id = p.track_id and r.keep_until > now()

-- view: parking_stays
-- Entries and exits of the same number, whatever gate they went through. An end that nobody saw is null.
select
    t.number,  -- Russian form
    t.entered_at,  -- capture time of the entry
    case when t.next_direction = 'out' then t.next_at end as left_at,  -- of the exit; null while inside, or not seen
    case when t.next_direction = 'out' then extract(epoch from t.next_at - t.entered_at)::float8 end as stayed_s,  -- seconds
    t.next_direction is null as inside,  -- nothing was seen of it since
    t.camera_id as entry_camera_id,  -- cameras.id
    case when t.next_direction = 'out' then t.next_camera_id end as exit_camera_id  -- cameras.id
from (
    select r.number, p.direction, p.entered_at, p.camera_id,
           lead(p.direction) over each_number as next_direction,
           lead(p.left_at) over each_number as next_at,
           lead(p.camera_id) over each_number as next_camera_id
    from read_model.vehicle_passage p
    join read_model.plate_read r on r.camera_id = p.camera_id and r.track_id = p.track_id and r.keep_until > now()
    where r.number is not null and p.direction is not null
    window each_number as (partition by r.number order by p.entered_at, p.id)
) t
where t.direction = 'in'

-- view: attendance
-- When people came to a zone and left it, by the plant's days; a visit counts on the day on which it began.
select
    (v.entered_at at time zone s.value)::date as day,  -- by the plant's clocks
    v.camera_id,  -- cameras.id
    v.zone_id,  -- zones.id
    min(v.entered_at) as first_entry,  -- the shift began
    max(v.left_at) as last_exit,  -- the shift ended, or was going on
    count(*) as visits,  -- of tracks: whom the tracker lost and found again counts twice
    sum(v.duration_s)::float8 as person_s  -- seconds of all people together
from read_model.zone_visit v
join read_model.plant_setting s on s.name = 'tz'
where v.object_class = 'person'
group by 1, 2, 3
