-- Statements of the projection `learning`: datasets and the versions of models.

-- name: sample
insert into dataset_sample (
    id, dataset_id, key, sha256, annotation_key, annotation_sha256, labels, camera_id, captured_at, incident_id,
    position
) values (
    %(id)s, %(dataset_id)s, %(key)s, %(sha256)s, %(annotation_key)s, %(annotation_sha256)s, %(labels)s, %(camera_id)s,
    %(captured_at)s, %(incident_id)s, %(position)s
) on conflict (id) do update
set key = excluded.key, annotation_key = excluded.annotation_key, annotation_sha256 = excluded.annotation_sha256,
    labels = excluded.labels, camera_id = excluded.camera_id, captured_at = excluded.captured_at,
    incident_id = excluded.incident_id, position = excluded.position
where dataset_sample.position < excluded.position;

-- name: split
insert into dataset_split (dataset_id, camera_id, split, position)
values (%(dataset_id)s, %(camera_id)s, %(split)s, %(position)s)
on conflict (dataset_id, camera_id) do update set split = excluded.split, position = excluded.position
where dataset_split.position < excluded.position;

-- name: frozen
insert into dataset_version (dataset_id, version, samples, manifest_key, manifest_sha256, frozen_at, position)
values (
    %(dataset_id)s, %(dataset_version)s, %(samples)s, %(manifest_key)s, %(manifest_sha256)s, %(at)s, %(position)s
) on conflict (dataset_id, version) do nothing;

-- name: trained
insert into model_version (
    model_id, version, digest, key, size_bytes, dataset_id, dataset_version, code_revision, seed, state, trained_at,
    position
) values (
    %(model_id)s, %(model_version)s, %(digest)s, %(key)s, %(size_bytes)s, %(dataset_id)s, %(dataset_version)s,
    %(code_revision)s, %(seed)s, 'trained', %(at)s, %(position)s
) on conflict (model_id, version) do nothing;

-- name: imported
-- Weights from elsewhere, or how those that were trained here are read.
insert into model_version (model_id, version, digest, key, size_bytes, kind, licence, state, trained_at, position)
values (
    %(model_id)s, %(model_version)s, %(digest)s, %(key)s, %(size_bytes)s, %(kind)s, %(licence)s, 'imported', %(at)s,
    %(position)s
) on conflict (model_id, version) do update
set kind = excluded.kind, licence = excluded.licence, position = excluded.position
where model_version.position < excluded.position;

-- name: evaluated
update model_version set metrics = %(metrics)s, position = %(position)s
where model_id = %(id)s and version = %(model_version)s and position < %(position)s;

-- name: shadow_started
update model_version set state = 'shadow', shadow = %(shadow)s, position = %(position)s
where model_id = %(id)s and version = %(model_version)s and position < %(position)s;

-- name: shadow_scored
-- A run that must be rolled back is over.
update model_version
set shadow = shadow || %(shadow)s, position = %(position)s,
    state = case when %(goes_on)s then state else 'trained' end
where model_id = %(id)s and version = %(model_version)s and position < %(position)s;

-- name: in_service
-- The one that served until now is named too.
update model_version
set position = %(position)s,
    state = case when version = %(serving)s then 'in_service' else %(other)s end
where model_id = %(id)s and (version = %(serving)s or state = 'in_service') and position < %(position)s;

-- name: forget_dataset
-- A sample is an aggregate of the same context, with an id of its own.
with samples as (delete from dataset_sample where id = %(id)s),
    splits as (delete from dataset_split where dataset_id = %(id)s)
delete from dataset_version where dataset_id = %(id)s;

-- name: forget_model
delete from model_version where model_id = %(id)s;
