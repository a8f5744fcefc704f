-- What was observed, from OBSERVATIONS. The stream forgets after some hundred days, these rows do not: a rebuild keeps
-- those whose messages are gone (docs/adr/0010). `position` is the sequence in OBSERVATIONS.

-- How each camera was watched, minute by minute. A minute without a row: nothing ran that could have watched.
create table if not exists read_model.coverage_minute (
    camera_id  text not null,
    minute     timestamptz not null,
    since      timestamptz not null,           -- later than minute where the camera was registered in it
    target_fps real not null,
    expected   integer not null,               -- frames that target_fps asks for
    captured   integer not null,               -- pictures that came, at the camera's own rate
    analysed   integer not null,
    detected   integer not null,               -- of these with the detector; in the others nothing new moved
    dropped    jsonb not null,                 -- [{reason, frames}]
    models     jsonb not null,                 -- [{id, digest}]
    gaps       jsonb not null,                 -- [{since, until, reason}]
    position   bigint not null,
    stream     jsonb,                          -- {codec, width, height, fps, kbit_s} of the camera; null: not told
    primary key (camera_id, minute)
);
alter table read_model.coverage_minute add column if not exists stream jsonb;

-- Stays of tracks in zones.
create table if not exists read_model.zone_visit (
    id              uuid primary key,
    camera_id       text not null,
    zone_id         text not null,
    zone_version    integer not null,
    track_id        bigint not null,
    object_class    text not null,
    entered_at      timestamptz not null,
    left_at         timestamptz not null,
    duration_s      real not null,
    max_score       real not null,
    frames          integer not null,
    detections_from bigint not null,
    detections_to   bigint not null,
    position        bigint not null
);

create index if not exists zone_visit_by_time on read_model.zone_visit (entered_at desc, id desc);
create index if not exists zone_visit_by_camera on read_model.zone_visit (camera_id, entered_at desc, id desc);
create index if not exists zone_visit_by_zone on read_model.zone_visit (zone_id, entered_at desc, id desc);
create index if not exists zone_visit_by_track on read_model.zone_visit (camera_id, track_id);

-- Vehicles that went through a gate.
create table if not exists read_model.vehicle_passage (
    id              uuid primary key,
    camera_id       text not null,
    zone_id         text not null,
    zone_version    integer not null,
    track_id        bigint not null,
    object_class    text not null,
    entered_at      timestamptz not null,
    left_at         timestamptz not null,
    direction       text,                      -- in, out; null where the gate has no line or the vehicle turned back
    max_score       real not null,
    frames          integer not null,
    detections_from bigint not null,
    detections_to   bigint not null,
    position        bigint not null
);

create index if not exists vehicle_passage_by_time on read_model.vehicle_passage (entered_at desc, id desc);
create index if not exists vehicle_passage_by_camera on read_model.vehicle_passage (camera_id, entered_at desc, id desc);

-- When a camera's picture could show nothing, and why (FAULTS C6). Analysed frames of that time say nothing.
create table if not exists read_model.picture_fault (
    camera_id  text not null,
    fault      text not null,                  -- moved, covered, blurred, dark, overexposed, black, frozen_picture
    begun_at   timestamptz not null,           -- first picture with the fault
    noticed_at timestamptz not null,
    ended_at   timestamptz,                    -- first good picture again; null while it lasts
    figures    jsonb not null,                 -- see domain.contracts.observations.QualityFigures
    position   bigint not null,
    primary key (camera_id, fault, begun_at)
);

create index if not exists picture_fault_by_camera on read_model.picture_fault (camera_id, begun_at desc);
create index if not exists picture_fault_going_on on read_model.picture_fault (camera_id) where ended_at is null;
