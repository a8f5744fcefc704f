-- In which aggregates a projection has met personal data, and whose: there its rows are made again when the person is
-- erased (docs/adr/0008). It holds identifiers only.
create table if not exists read_model.person_mention (
    projection   text not null,
    person       uuid not null,                -- user_account.id
    context      text not null,
    aggregate_id text not null,
    primary key (projection, person, context, aggregate_id)
);
