-- Number plates of vehicles' tracks, from OBSERVATIONS. A plate leads to a person: its row goes at keep_until, as its
-- message does (docs/adr/0017). A passage and its plate have the camera and the track in common.
create table if not exists read_model.plate_read (
    camera_id  text not null,
    track_id   bigint not null,
    first_at   timestamptz not null,           -- capture times of the first and last reading
    last_at    timestamptz not null,
    text       text not null,                  -- as read: Latin capitals and digits
    number     text,                           -- Russian form; null where the text fits no format of the standard
    format     text,
    region     text,                           -- code, two or three digits
    score      real not null,
    readings   integer not null,
    models     jsonb not null,                 -- [{id, digest}]
    keep_until timestamptz not null,
    picture    text,                           -- JPEG in base64
    position   bigint not null,
    primary key (camera_id, track_id)
);

create index if not exists plate_read_by_number on read_model.plate_read (number, last_at desc);
create index if not exists plate_read_by_end on read_model.plate_read (keep_until);
