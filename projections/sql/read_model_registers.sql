-- Read models of the registers, the audit, the statistics, and of who may do what; made together with read_model.sql.
-- Personal data stands in `user_account` only; every other table names a person by the user's id or by the login.

-- What the process was told about the plant; no projection's table: rows that depend on it are made again when it changes.
create table if not exists read_model.plant_setting (
    name  text primary key,                    -- enterprise, tz
    value text not null
);

-- Projection `handling`: only incidents that somebody was given or that somebody commented.
create table if not exists read_model.incident_handling (
    incident_id uuid primary key,
    assignee    text,                          -- login; null = nobody
    assigned_at timestamptz,
    comments    integer not null,
    version     integer not null,
    position    bigint not null
);

create index if not exists incident_handling_by_assignee on read_model.incident_handling (assignee);

-- Projection `audit`: one row for each event, whoever caused it.
create table if not exists read_model.audit_entry (
    position  bigint primary key,
    at        timestamptz not null,
    actor     text not null,                   -- login of a person, or the name of a service
    service   boolean not null,                -- a service caused it, not a person
    entity    text not null,                   -- context: incident, camera, role, ...
    entity_id text not null,
    version   integer not null,
    name      text not null,                   -- stored name of the event
    detail    jsonb not null                   -- its fields, without personal data and without texts of messages
);

create index if not exists audit_by_person on read_model.audit_entry (position desc) where not service;
create index if not exists audit_by_actor on read_model.audit_entry (actor, position desc);
create index if not exists audit_by_entity on read_model.audit_entry (entity, entity_id, position desc);
create index if not exists audit_by_name on read_model.audit_entry (name, position desc);
create index if not exists audit_by_time on read_model.audit_entry (at);

-- Projection `statistics`: what each incident counts as, and the counts.
create table if not exists read_model.incident_outcome (
    id           uuid primary key,
    day          date not null,                -- of opened_at, by the plant's clocks
    camera_id    text not null,
    zone_id      text not null,                -- '' = the whole frame
    kind         text not null,
    verdict      text not null,
    by_person    boolean not null,
    waiting_from timestamptz,                  -- since when a review is asked for; null = none is
    review_s     double precision,             -- from the asking to the person's verdict that stands
    version      integer not null
);

create index if not exists incident_outcome_reviewed
    on read_model.incident_outcome (day, camera_id, zone_id, kind) where review_s is not null;

create table if not exists read_model.daily_statistics (
    day             date not null,
    camera_id       text not null,
    zone_id         text not null,             -- '' = the whole frame
    kind            text not null,
    opened          integer not null,
    violations      integer not null,          -- that stand now, by the rule or by a person
    dismissed       integer not null,
    in_review       integer not null,
    confirmed       integer not null,          -- violations by a person's verdict
    false_positives integer not null,
    reviewed        integer not null,          -- with a time of review
    review_median_s double precision,
    primary key (day, camera_id, zone_id, kind)
);

-- Projection `access`.
create table if not exists read_model.user_account (
    id              uuid primary key,
    provider        text not null,             -- local, ldap
    login           text not null,
    name            text not null,
    email           text,
    phone           text,
    disabled        boolean not null default false,
    disabled_reason text,
    erased_at       timestamptz,               -- since then its personal columns say «стёрто»
    registered_at   timestamptz not null,
    position        bigint not null
);

create index if not exists user_account_by_login on read_model.user_account (login);

create table if not exists read_model.role (
    id       text primary key,
    name     text not null,
    rights   text[] not null,
    scope    jsonb not null,                   -- whole_plant, shops, groups, cameras
    retired  boolean not null default false,
    position bigint not null
);

create table if not exists read_model.role_grant (
    role_id    text not null,
    user_id    uuid not null,
    scope      jsonb,                          -- a part of the role's; null = all of it
    granted_at timestamptz not null,
    granted_by text not null,
    position   bigint not null,
    primary key (role_id, user_id)
);

create index if not exists role_grant_by_user on read_model.role_grant (user_id);

create table if not exists read_model.camera_place (
    camera_id text primary key,
    group_id  text,
    shop_id   text,
    position  bigint not null
);

-- Projection `licences`.
create table if not exists read_model.licence (
    id              text primary key,
    enterprise      text not null,
    modules         text[] not null,
    cameras         integer not null,
    valid_from      timestamptz not null,
    valid_until     timestamptz not null,
    state           text not null,             -- issued, active, expiring, expired
    installation    text,
    activated_at    timestamptz,
    warned_at       timestamptz,
    restricted_from timestamptz,
    position        bigint not null
);

-- Projection `notifying`.
create table if not exists read_model.notification_rule (
    id       text primary key,
    name     text not null,
    terms    jsonb not null,
    position bigint not null
);

create table if not exists read_model.report_schedule (
    id       text primary key,
    name     text not null,
    terms    jsonb not null,
    position bigint not null
);

create table if not exists read_model.delivery (
    id           uuid primary key,
    channel      text not null,
    recipient    uuid not null,                -- user_account.id; the text of the message stays in EVENTS
    occasion     text not null,
    about        text not null,
    incident_id  uuid,
    rule_id      text,
    schedule_id  text,
    state        text not null,                -- requested, failed, sent, given_up
    attempts     integer not null default 0,
    reason       text,                         -- of the last failure
    retry_at     timestamptz,
    requested_at timestamptz not null,
    settled_at   timestamptz,
    position     bigint not null
);

create index if not exists delivery_by_recipient on read_model.delivery (recipient, requested_at desc);
create index if not exists delivery_by_incident on read_model.delivery (incident_id);

-- Projection `learning`.
create table if not exists read_model.dataset_sample (
    id                text primary key,        -- of the aggregate: one for each picture of a dataset
    dataset_id        text not null,
    key               text not null,
    sha256            text not null,
    annotation_key    text not null,
    annotation_sha256 text not null,
    labels            text[] not null,
    camera_id         text,
    captured_at       timestamptz,
    incident_id       uuid,
    position          bigint not null
);

create index if not exists dataset_sample_by_dataset on read_model.dataset_sample (dataset_id);

create table if not exists read_model.dataset_split (
    dataset_id text not null,
    camera_id  text not null,
    split      text not null,
    position   bigint not null,
    primary key (dataset_id, camera_id)
);

create table if not exists read_model.dataset_version (
    dataset_id      text not null,
    version         integer not null,
    samples         integer not null,
    manifest_key    text not null,
    manifest_sha256 text not null,
    frozen_at       timestamptz not null,
    position        bigint not null,
    primary key (dataset_id, version)
);

create table if not exists read_model.model_version (
    model_id        text not null,
    version         integer not null,
    digest          text not null,             -- sha256 of the weights
    key             text not null,
    size_bytes      bigint not null,
    dataset_id      text,                      -- it and the next three are those of weights that were trained here
    dataset_version integer,
    code_revision   text,
    seed            bigint,
    state           text not null,             -- imported, trained, shadow, in_service, replaced, rolled_back
    metrics         jsonb,                     -- of the last evaluation, with the dataset that it was made on
    shadow          jsonb,                     -- figures, verdict and failed criteria of the last shadow run
    trained_at      timestamptz not null,
    position        bigint not null,
    primary key (model_id, version)
);
alter table read_model.model_version alter column dataset_id drop not null;
alter table read_model.model_version alter column dataset_version drop not null;
alter table read_model.model_version alter column code_revision drop not null;
alter table read_model.model_version alter column seed drop not null;
alter table read_model.model_version add column if not exists kind text;      -- detector, ppe, tracker; null: not said
alter table read_model.model_version add column if not exists licence text;   -- of an imported file
