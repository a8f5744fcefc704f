-- The read models. Disposable: everything here can be made again from EVENTS.
-- Owner kaska_projections; kaska_gateway may read. The schema itself is made with the roles, by whoever sets up the database.
-- The statements may be run again and again.

-- How far each projection has come: the sequence in EVENTS of the last event that its rows contain.
create table if not exists read_model.projection (
    name     text primary key,
    position bigint not null
);

create table if not exists read_model.incident (
    id              uuid primary key,
    camera_id       text not null,
    zone_id         text,
    zone_version    integer,
    rule_id         text not null,
    rule_version    integer not null,
    kind            text not null,
    track_id        bigint not null,
    object_class    text not null,
    verdict         text not null,             -- dismissed, review, violation, false_positive
    decided_by      text,                      -- login of the person; null = the rule
    reason          text,                      -- of a false positive
    score           real not null,             -- 0..1
    threshold_min   real not null,
    threshold_max   real not null,
    first_seen      timestamptz not null,
    last_seen       timestamptz not null,
    opened_at       timestamptz not null,      -- capture time of the deciding frame
    closed_at       timestamptz,
    box             real[] not null,           -- x1 y1 x2 y2 in 0..1 at opened_at
    model_id        text not null,
    model_digest    text not null,
    detections_from bigint not null,
    detections_to   bigint not null,
    version         integer not null,          -- of the aggregate
    position        bigint not null,           -- of its last event
    locked          boolean not null default false, -- its evidence never expires
    episode         uuid                       -- the incident that began the zone episode; null = it belongs to none
);
-- Tables of a build that knew no custody; no lock and no expiry was ever recorded before that.
alter table read_model.incident add column if not exists locked boolean not null default false;
-- Rows of a build that did not read it have none until the next rebuild.
alter table read_model.incident add column if not exists episode uuid;

create index if not exists incident_by_time on read_model.incident (opened_at desc, id desc);
create index if not exists incident_by_score on read_model.incident (score desc, id desc);
create index if not exists incident_by_last_seen on read_model.incident (last_seen desc, id desc);
create index if not exists incident_by_camera on read_model.incident (camera_id, opened_at desc, id desc);
create index if not exists incident_by_track on read_model.incident (camera_id, track_id);
create index if not exists incident_by_position on read_model.incident (position);

create table if not exists read_model.incident_evidence (
    incident_id    uuid not null,
    kind           text not null,              -- photo, clip, detections
    key            text,
    sha256         text,
    size_bytes     bigint,
    media_type     text,
    captured_from  timestamptz,
    captured_to    timestamptz,
    missing_reason text,
    expired_at     timestamptz,                -- when the file was given up; the row says for ever what it was
    expired_cause  text,                       -- retention, store_full
    box            real[],                     -- of a photo: x1 y1 x2 y2; null = as in the deciding frame
    primary key (incident_id, kind)
);
alter table read_model.incident_evidence add column if not exists expired_at timestamptz;
alter table read_model.incident_evidence add column if not exists expired_cause text;
alter table read_model.incident_evidence add column if not exists box real[];

create table if not exists read_model.incident_history (
    incident_id uuid not null,
    version     integer not null,
    position    bigint not null,
    name        text not null,                 -- stored name of the event
    at          timestamptz not null,
    by          text not null,
    detail      jsonb not null,
    primary key (incident_id, version)
);

create table if not exists read_model.camera (
    id             text primary key,
    name           text not null,
    source         text not null,              -- without credentials
    target_fps     real not null,
    analysis_width integer not null,
    ppe            boolean not null,
    retired        boolean not null default false,
    position       bigint not null,
    retention_days integer,                    -- of its photos and clips; null = the plant's usual time
    analysis_source text,                      -- of the smaller stream for the models; without credentials
    plates         boolean not null default false
);
alter table read_model.camera add column if not exists retention_days integer;

create table if not exists read_model.zone (
    id             text primary key,
    camera_id      text not null,
    name           text not null,
    polygon        jsonb not null,             -- [[x, y], ...] in 0..1
    version        integer not null,
    effective_from timestamptz not null,
    position       bigint not null,
    gate           boolean not null default false,
    line           jsonb,                      -- {"start": [x, y], "end": [x, y]} in 0..1: which way is in
    retired        boolean not null default false
);

create table if not exists read_model.rule (
    id             text primary key,
    name           text not null,
    camera_id      text not null,
    zone_id        text,
    kind           text not null,
    version        integer not null,
    threshold_min  real not null,
    threshold_max  real not null,
    dwell_s        real not null,
    window_s       real not null,
    gap_s          real not null,
    schedule       jsonb,
    effective_from timestamptz not null,
    retired        boolean not null default false,
    position       bigint not null,
    object_classes text[] not null default '{person}', -- person, car, ...
    min_person_height real not null default 0, -- 0..1 of the picture
    at_gate        boolean not null default false,
    forbidden      text,                       -- in, out
    near           real not null default 0,    -- in widths and heights of the object's feet
    forbidden_lamps text[] not null default '{}' -- red, yellow, green, off
);
-- Rows of a build that kept less of cameras, zones and rules: all events are projected once more, over the old rows.
do $$ begin
    if exists (select from pg_attribute where attrelid = to_regclass('read_model.zone') and attname = 'retired') then
        return;
    end if;
    alter table read_model.camera add column analysis_source text, add column plates boolean not null default false;
    alter table read_model.zone
        add column gate boolean not null default false, add column line jsonb,
        add column retired boolean not null default false;
    alter table read_model.rule
        add column object_classes text[] not null default '{person}',
        add column min_person_height real not null default 0, add column at_gate boolean not null default false,
        add column forbidden text, add column near real not null default 0,
        add column forbidden_lamps text[] not null default '{}';
    update read_model.camera set position = 0;
    update read_model.zone set position = 0;
    update read_model.rule set position = 0;
    update read_model.projection set position = 0 where name = 'plant';
end $$;
