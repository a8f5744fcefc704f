-- Views for analysts, second part: people and rights, licences, messages, datasets and models.

-- view: users
-- Persons who may sign in. How to reach them is not here.
select
    u.id,  -- identifier, which says nothing about the person
    u.provider,  -- local, ldap
    u.login,  -- «стёрто» once the person was erased
    u.name,  -- «стёрто» once the person was erased
    u.disabled,  -- may not sign in
    u.registered_at  -- recorded at
from read_model.user_account u

-- view: roles
-- What a role may do, and in which part of the plant.
select
    r.id,  -- identifier
    r.name,  -- as the console shows it
    r.rights,  -- words of the rights
    r.scope,  -- whole_plant, or shops, groups and cameras
    r.retired  -- not in use any more
from read_model.role r

-- view: role_grants
-- Who holds which role now.
select
    g.role_id,  -- roles.id
    g.user_id,  -- users.id
    g.scope,  -- the part of the role's to which it is limited; null is all of it
    g.granted_at,  -- recorded at
    g.granted_by  -- login of the person who granted it
from read_model.role_grant g

-- view: licences
-- What each licence grants, and until when.
select
    l.id,  -- identifier
    l.enterprise,  -- for whom it was formed
    l.modules,  -- that it grants
    l.cameras,  -- how many at a time
    l.valid_from,  -- first moment
    l.valid_until,  -- the first moment at which it holds no more
    l.state,  -- issued, active, expiring, expired
    l.activated_at  -- null before its activation
from read_model.licence l

-- view: notification_rules
-- Who is told what, when and how.
select
    n.id,  -- identifier
    n.name,  -- as the console shows it
    n.terms  -- occasions, roles, channels, scope, severity, quiet hours
from read_model.notification_rule n

-- view: report_schedules
-- Which reports are made by themselves.
select
    s.id,  -- identifier
    s.name,  -- as the console shows it
    s.terms  -- report, formats, recurrence, scope, recipients
from read_model.report_schedule s

-- view: deliveries
-- Messages to persons and what became of them; their words are not here.
select
    d.id,  -- identifier
    d.channel,  -- email, sms, telegram, in_app
    d.recipient,  -- users.id
    d.occasion,  -- what it tells about
    d.incident_id,  -- incidents.id, where it tells about one
    d.rule_id,  -- notification_rules.id that asked for it
    d.schedule_id,  -- report_schedules.id that asked for it
    d.state,  -- requested, failed, sent, given_up
    d.attempts,  -- how many were made
    d.requested_at,  -- recorded at
    d.settled_at  -- when it was sent or given up
from read_model.delivery d

-- view: dataset_samples
-- Pictures of datasets with their annotations.
select
    s.dataset_id,  -- dataset
    s.sha256,  -- of the picture's bytes
    s.labels,  -- classes that the annotation has
    s.camera_id,  -- cameras.id
    p.split,  -- train, validation, test; null where none was assigned
    s.captured_at,  -- capture time
    s.incident_id  -- incidents.id of the false positive that it comes from
from read_model.dataset_sample s
left join read_model.dataset_split p on p.dataset_id = s.dataset_id and p.camera_id = s.camera_id

-- view: dataset_versions
-- Frozen versions of datasets.
select
    v.dataset_id,  -- dataset
    v.version,  -- number
    v.samples,  -- how many
    v.manifest_sha256,  -- of the list of its files
    v.frozen_at  -- recorded at
from read_model.dataset_version v

-- view: model_versions
-- Versions of models, what they proved, and which is in service.
select
    m.model_id,  -- model
    m.version,  -- number
    m.digest,  -- sha256 of the weights
    m.size_bytes,  -- of the weights
    m.dataset_id,  -- that it was trained on
    m.dataset_version,  -- dataset_versions.version
    m.code_revision,  -- commit of the training code
    m.seed,  -- of the training
    m.state,  -- trained, shadow, in_service, replaced, rolled_back
    m.metrics,  -- of the last evaluation
    m.shadow,  -- figures and verdict of the last shadow run
    m.trained_at  -- recorded at
from read_model.model_version m

-- view: recordings
-- Video recorded on demand: who wanted it, why, and what became of it.
select
    r.id,  -- identifier
    r.camera_id,  -- cameras.id
    r.state,  -- recording, stopping, stored, missed, expired
    r.asked_by,  -- login
    r.reason,  -- why, in the person's words
    r.started_at,  -- when it was asked for; the video begins some seconds before
    r.stopped_at,  -- by a person; null when nobody stopped it
    r.captured_from,  -- first picture; null without a file
    r.captured_to,  -- last picture
    r.ended_by,  -- time_over, stopped, format_changed, no_room, restarted; the last three are parts
    r.sha256,  -- of the file
    r.size_bytes,  -- of the file
    r.locked,  -- whether it is kept whatever its age
    r.expired_at  -- when the file was given up for good
from read_model.recording r
