-- Projection `recordings`: video recorded on demand.
create table if not exists read_model.recording (
    id             uuid primary key,
    camera_id      text not null,
    state          text not null,                    -- recording, stopping, stored, missed, expired
    asked_by       text not null,                    -- login
    reason         text not null,
    started_at     timestamptz not null,
    ends_at        timestamptz not null,             -- at the latest
    stopped_at     timestamptz,
    stopped_by     text,
    key            text,                             -- in the object store; null: not stored
    sha256         text,
    size_bytes     bigint,
    media_type     text,
    captured_from  timestamptz,
    captured_to    timestamptz,
    ended_by       text,                             -- time_over, stopped, format_changed, no_room, restarted
    missing_reason text,
    locked         boolean not null default false,
    expired_at     timestamptz,
    expired_cause  text,
    position       bigint not null
);
create index if not exists recording_started_at on read_model.recording (started_at desc, id desc);
