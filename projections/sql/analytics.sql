-- Views for analysts and for the gateway's registers: schema `analytics`. Nothing secret is in them.
-- The words behind a column become its comment in the database and its line in docs/analytics.md; those under a view's
-- name become the view's. Views are made in the order of this file; one may stand on another above it.

-- view: plant
-- What the system was told about the plant; one row.
select
    (select value from read_model.plant_setting where name = 'enterprise') as enterprise,  -- name of the enterprise
    (select value from read_model.plant_setting where name = 'tz') as tz  -- IANA name of the plant's time zone

-- view: cameras
-- Cameras, retired ones too.
select
    c.id,  -- name of the camera in addresses and subjects
    c.name,  -- as the console shows it
    c.target_fps,  -- frames a second that are wanted
    c.ppe,  -- whether protective equipment is looked for
    c.retired,  -- not in use any more
    p.group_id,  -- group of cameras, by which rights are given
    p.shop_id  -- shop («цех»), by which rights are given
from read_model.camera c
left join read_model.camera_place p on p.camera_id = c.id

-- view: zones
-- Zones as they are drawn now, retired ones too.
select
    z.id,  -- identifier
    z.camera_id,  -- cameras.id
    z.name,  -- as the console shows it
    z.polygon,  -- vertices [x, y] in 0..1 of the frame's width and height
    z.version,  -- of the polygon
    z.effective_from,  -- for frames captured from then on
    z.retired  -- not in use any more
from read_model.zone z

-- view: rules
-- Rules as they are now, retired ones too.
select
    r.id,  -- identifier
    r.name,  -- as the console shows it
    r.camera_id,  -- cameras.id
    r.zone_id,  -- zones.id; null is the whole frame
    r.kind,  -- danger_zone, perimeter, direction, loitering, weapon, left_object, guard_open, lamp, unattended_machine, no_helmet, no_vest, no_glasses, no_gloves, no_mask
    r.version,  -- of the rule
    r.threshold_min,  -- 0..1; a lower score is dismissed
    r.threshold_max,  -- 0..1; from this score on it is a violation
    r.dwell_s,  -- seconds that hits must go on before an incident opens
    r.window_s,  -- seconds back that evidence counts
    r.gap_s,  -- seconds without a hit that end an episode
    r.schedule,  -- when it is in force; null is always
    r.retired  -- not in force any more
from read_model.rule r

-- view: incidents
-- Every incident with all fields of both registers (R92, R93).
select
    i.id,  -- identifier
    i.camera_id,  -- cameras.id
    coalesce(c.name, i.camera_id) as camera_name,  -- name of the camera
    i.zone_id,  -- zones.id; null is the whole frame
    coalesce(z.name, i.zone_id, '') as zone_name,  -- name of the zone; empty for the whole frame
    coalesce((select value from read_model.plant_setting where name = 'enterprise'), '') as enterprise,  -- R93
    i.kind,  -- classification, one of those of rules
    i.object_class,  -- what was seen: person, car, ...
    i.verdict,  -- dismissed, review, violation, false_positive
    i.verdict = 'false_positive' as false_positive,  -- a person marked it as a false positive (R103)
    i.decided_by,  -- login of the person who decided; null is the rule
    i.reason,  -- why it is a false positive
    i.score,  -- 0..1, the index of probability
    i.threshold_min,  -- 0..1, of the rule's version that decided
    i.threshold_max,  -- 0..1, of the rule's version that decided
    i.opened_at,  -- capture time of the deciding frame
    i.first_seen,  -- capture time of the first hit
    i.last_seen,  -- capture time of the last hit
    i.closed_at,  -- the object was seen breaking the rule until then; null while it goes on
    coalesce(h.assignee, '') as assignee,  -- login of whoever is to look at it; empty is nobody
    coalesce(h.comments, 0) as comments,  -- how many
    photo.key is not null and photo.expired_at is null as has_photo,  -- a photo is stored
    clip.key is not null and clip.expired_at is null as has_clip,  -- a video fragment is stored
    i.locked,  -- its photo and video fragment are kept whatever their age
    photo.sha256 as photo_sha256,  -- of the photo's bytes
    clip.sha256 as clip_sha256,  -- of the video fragment's bytes
    i.rule_id,  -- rules.id
    i.rule_version,  -- that decided
    i.track_id,  -- of the object, unique across restarts
    i.model_id,  -- model that found the object
    i.model_digest,  -- sha256 of the model's weights
    i.version,  -- number of its events
    i.position  -- of its last event in the history
from read_model.incident i
left join read_model.camera c on c.id = i.camera_id
left join read_model.zone z on z.id = i.zone_id
left join read_model.incident_handling h on h.incident_id = i.id
left join read_model.incident_evidence photo on photo.incident_id = i.id and photo.kind = 'photo'
left join read_model.incident_evidence clip on clip.incident_id = i.id and clip.kind = 'clip'

-- view: unprocessed_events
-- «Реестр необработанных событий»: incidents that wait for a person (R96).
select * from analytics.incidents where verdict = 'review'

-- view: violations
-- «Реестр выявленных нарушений», false positives left out (R97, R103).
select * from analytics.incidents where verdict = 'violation'

-- view: false_positives
-- Incidents that a person marked as false positives (R102).
select * from analytics.incidents where verdict = 'false_positive'

-- view: incident_history
-- Every event of every incident: who, when, what.
select
    h.incident_id,  -- incidents.id
    h.version,  -- number of the event in the incident's history
    h.position,  -- of the event in the whole history
    h.name,  -- stored name of the event
    h.at,  -- recorded at
    h.by as actor,  -- login of a person, or the name of a service
    h.detail  -- fields of the event
from read_model.incident_history h

-- view: audit
-- Who did what to which thing, and when: a row for each event.
select
    a.position,  -- in the whole history
    a.at,  -- recorded at
    a.actor,  -- login of a person, or the name of a service
    a.service,  -- a service caused it, not a person
    a.entity,  -- kind of thing: incident, camera, zone, rule, role, user, ...
    a.entity_id,  -- which one
    a.version,  -- number of the event in the thing's own history
    a.name,  -- stored name of the event
    a.detail  -- fields of the event, without personal data
from read_model.audit_entry a

-- view: daily_statistics
-- What became of the incidents of a day, by the plant's clocks; each counts on the day on which it opened.
select
    s.day,  -- by the plant's clocks
    s.camera_id,  -- cameras.id
    nullif(s.zone_id, '') as zone_id,  -- zones.id; null is the whole frame
    s.kind,  -- danger_zone, perimeter, direction, loitering, weapon, left_object, guard_open, lamp, unattended_machine, no_helmet, no_vest, no_glasses, no_gloves, no_mask
    s.opened,  -- incidents
    s.violations,  -- of them violations now, by the rule or by a person
    s.dismissed,  -- of them dismissed by the rule
    s.in_review,  -- of them waiting for a person now
    s.confirmed,  -- of the violations, those by a person's verdict
    s.false_positives,  -- of them marked as false positives
    s.reviewed,  -- of them with a time of review
    s.review_median_s  -- median of the seconds from the asking for a review to the verdict; null where nobody reviewed
from read_model.daily_statistics s
