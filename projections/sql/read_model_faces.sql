-- Whose face was seen where, from OBSERVATIONS. Who went where is personal: a row goes at keep_until, as its message
-- does (docs/adr/0018).
create table if not exists read_model.face_match (
    id         uuid primary key,
    camera_id  text not null,
    track_id   bigint not null,
    at         timestamptz not null,           -- capture time
    person     uuid,                           -- user_account.id; null = a face, and of nobody who is enrolled
    score      real not null,                  -- how alike the faces are, 0..1
    models     jsonb not null,                 -- [{id, digest}]
    keep_until timestamptz not null,
    position   bigint not null
);

create index if not exists face_match_by_time on read_model.face_match (at desc, id desc);
create index if not exists face_match_by_person on read_model.face_match (person, at desc);
create index if not exists face_match_by_end on read_model.face_match (keep_until);
