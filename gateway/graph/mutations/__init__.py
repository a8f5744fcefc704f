"""Mutations of the schema, one file each."""

import strawberry

from gateway.graph.analytics import AnalyticsPayload
from gateway.graph.mutations.attach_analytics import attach_analytics
from gateway.graph.mutations.attach_case_pack import attach_case_pack
from gateway.graph.mutations.cancel_what_if import cancel_what_if
from gateway.graph.mutations.change_recording import lock_recording, stop_recording, unlock_recording
from gateway.graph.mutations.comment import comment
from gateway.graph.mutations.confirm_violation import confirm_violation
from gateway.graph.mutations.detach_analytics import detach_analytics
from gateway.graph.mutations.draw_zone import ZonePayload, draw_zone
from gateway.graph.mutations.erase_person import ErasePersonPayload, erase_person
from gateway.graph.mutations.grant_role import RolesPayload, grant_role, revoke_role
from gateway.graph.mutations.label_machine_picture import label_machine_picture
from gateway.graph.mutations.lock_evidence import lock_evidence
from gateway.graph.mutations.mark_false_positive import mark_false_positive
from gateway.graph.mutations.permit_object import permit_object
from gateway.graph.mutations.publish_rule import RulePayload, publish_rule
from gateway.graph.mutations.register_camera import (
    CameraPayload,
    RetireCameraPayload,
    register_camera,
    retire_camera,
)
from gateway.graph.mutations.remove_machine_picture import remove_machine_picture
from gateway.graph.mutations.renew_reference import renew_reference
from gateway.graph.mutations.reopen_review import reopen_review
from gateway.graph.mutations.retire_rule import RetireRulePayload, retire_rule
from gateway.graph.mutations.retire_zone import RetireZonePayload, retire_zone
from gateway.graph.mutations.set_retention import RetentionPayload, set_retention
from gateway.graph.mutations.start_recording import RecordingPayload, start_recording
from gateway.graph.mutations.start_what_if import WhatIfPayload, start_what_if
from gateway.graph.mutations.take_machine_picture import take_machine_picture
from gateway.graph.mutations.teach_machine import teach_machine
from gateway.graph.mutations.unlock_evidence import unlock_evidence
from gateway.graph.payload import IncidentPayload
from gateway.graph.teaching import MachineAlbumPayload


@strawberry.type(description="Each answers only when the incident's new row can be read.")
class Mutation:
    confirm_violation: IncidentPayload = strawberry.mutation(
        resolver=confirm_violation, description="A person says that it is a violation."
    )
    mark_false_positive: IncidentPayload = strawberry.mutation(
        resolver=mark_false_positive, description="A person says that it is none; reason: 1 to 2000 characters."
    )
    reopen_review: IncidentPayload = strawberry.mutation(
        resolver=reopen_review, description="A person takes a verdict back."
    )
    register_camera: CameraPayload = strawberry.mutation(
        resolver=register_camera,
        description="Connects a camera, or changes it when it is there; a login is kept by `kaska cameras login`.",
    )
    retire_camera: RetireCameraPayload = strawberry.mutation(
        resolver=retire_camera, description="Nobody watches the camera any more; what it recorded stays."
    )
    draw_zone: ZonePayload = strawberry.mutation(
        resolver=draw_zone, description="Draws a zone on a camera's picture, or the one with this id anew."
    )
    retire_zone: RetireZonePayload = strawberry.mutation(
        resolver=retire_zone, description="Takes a zone away on which no rule in force stands; it can be drawn anew."
    )
    publish_rule: RulePayload = strawberry.mutation(
        resolver=publish_rule, description="Makes a rule, or a new version of the one with this id."
    )
    retire_rule: RetireRulePayload = strawberry.mutation(
        resolver=retire_rule, description="Takes a rule out of force; publishing it again brings it back."
    )
    attach_analytics: AnalyticsPayload = strawberry.mutation(
        resolver=attach_analytics,
        description="Starts rules of these kinds with their usual settings, in this zone or in the whole picture; a "
        "kind that is in force there stays as it is.",
    )
    attach_case_pack: AnalyticsPayload = strawberry.mutation(
        resolver=attach_case_pack,
        description="Switches on what a usual kind of site needs: what the camera looks for, its zone (the whole "
        "picture, to be narrowed) and rules; see casePacks. What is there stays as it is.",
    )
    detach_analytics: AnalyticsPayload = strawberry.mutation(
        resolver=detach_analytics, description="Retires the camera's rules of these kinds; without kinds all of them."
    )
    set_retention: RetentionPayload = strawberry.mutation(
        resolver=set_retention,
        description="How many days a camera's photos and clips are kept, 1 to 3660; null: the plant's usual time.",
    )
    lock_evidence: IncidentPayload = strawberry.mutation(
        resolver=lock_evidence,
        description="Its photo and clip are kept whatever their age; reason: 1 to 2000 characters.",
    )
    unlock_evidence: IncidentPayload = strawberry.mutation(
        resolver=unlock_evidence, description="They age like any others again; reason: 1 to 2000 characters."
    )
    permit_object: IncidentPayload = strawberry.mutation(
        resolver=permit_object,
        description="The left object of an incident may stand there until then, at most 366 days; note: up to 500 "
        "characters. A later permission takes the place of this one.",
    )
    renew_reference: IncidentPayload = strawberry.mutation(
        resolver=renew_reference,
        description="All that stands in the zone of an incident about a left object belongs there from now on.",
    )
    comment: IncidentPayload = strawberry.mutation(
        resolver=comment, description="Adds words to the history; text: 1 to 2000 characters."
    )
    erase_person: ErasePersonPayload = strawberry.mutation(
        resolver=erase_person,
        description="What is stored about a person becomes unreadable for ever; what is proven stays proven.",
    )
    grant_role: RolesPayload = strawberry.mutation(
        resolver=grant_role, description="Gives somebody a role, in all of the part of the plant that it is for."
    )
    revoke_role: RolesPayload = strawberry.mutation(
        resolver=revoke_role,
        description="Takes a role from somebody, at once; not the administrators' from the last one who has it.",
    )
    start_what_if: WhatIfPayload = strawberry.mutation(
        resolver=start_what_if,
        description="Asks recorded detections what another rule would have found; changes nothing in the history.",
    )
    cancel_what_if: WhatIfPayload = strawberry.mutation(
        resolver=cancel_what_if, description="Nobody wants the answer any more; a job that is over stays as it is."
    )
    start_recording: RecordingPayload = strawberry.mutation(
        resolver=start_recording,
        description="Records a camera from some seconds ago on; minutes: up to 30; reason: 1 to 2000 characters.",
    )
    stop_recording: RecordingPayload = strawberry.mutation(
        resolver=stop_recording, description="Ends a recording before its time; what there is is kept."
    )
    lock_recording: RecordingPayload = strawberry.mutation(
        resolver=lock_recording, description="Its file is kept whatever its age; reason: 1 to 2000 characters."
    )
    unlock_recording: RecordingPayload = strawberry.mutation(
        resolver=unlock_recording, description="It ages like any other again; reason: 1 to 2000 characters."
    )
    take_machine_picture: MachineAlbumPayload = strawberry.mutation(
        resolver=take_machine_picture, description="Keeps what the camera shows of the machine in a zone now."
    )
    label_machine_picture: MachineAlbumPayload = strawberry.mutation(
        resolver=label_machine_picture, description="Says what a picture shows, instead of what was said before."
    )
    remove_machine_picture: MachineAlbumPayload = strawberry.mutation(
        resolver=remove_machine_picture, description="Deletes a picture; classifiers that learnt from it stay."
    )
    teach_machine: MachineAlbumPayload = strawberry.mutation(
        resolver=teach_machine,
        description="Asks that the machine in a zone be taught from its pictures; the album tells how it goes.",
    )
