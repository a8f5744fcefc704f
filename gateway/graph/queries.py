"""Queries of the schema."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain.contracts.access import Right
from domain.contracts.plant import RuleKind
from gateway.graph.access import PlantUser, Role, plant_roles, plant_users
from gateway.graph.asking import KnownIncidentAnswer, PassportAnswer, incident_as_known, incident_passport
from gateway.graph.attendance import Attendance, Presence, attendance, presence
from gateway.graph.audit import AuditConnection, list_audit
from gateway.graph.context import GraphInfo
from gateway.graph.face_days import FaceModule, FacePerson, PersonDay, face_module, face_persons, person_days
from gateway.graph.faces import FaceMatchConnection, list_face_matches
from gateway.graph.identifiers import incident_id
from gateway.graph.incident import Incident
from gateway.graph.ledger import CameraCoverage, CoverageStep, camera_coverage
from gateway.graph.lists import IncidentConnection, list_incidents
from gateway.graph.packs import CasePackContents, case_packs
from gateway.graph.plant import Camera
from gateway.graph.recordings import RecordingConnection, list_recordings
from gateway.graph.registers import RegisterConnection, list_unprocessed_events, list_violations
from gateway.graph.rules import UsualRule, usual_rule
from gateway.graph.scalars import described
from gateway.graph.statistics import DailyStatistics, daily_statistics
from gateway.graph.stays import (
    VehiclePassage,
    VehiclePassageConnection,
    ZoneVisitConnection,
    list_vehicle_passages,
    list_zone_visits,
    one_vehicle_passage,
)
from gateway.graph.teaching import MachineAlbumPayload, machine_album
from gateway.graph.vehicles import Parking, VehicleTraffic, parking_state, vehicle_traffic
from gateway.graph.whatif import WhatIfJob
from gateway.graph.whatif_input import JobUnknown, known_job
from gateway.graph.whatif_rights import allowed_cameras, is_seen, seen_job
from gateway.reads import plant


@strawberry.type(description="The signed-in person and what the console must know.")
class Me:
    login: str
    session_expires_at: datetime
    plant_tz: str = strawberry.field(description="IANA name of the plant's time zone")

    @described("the rights that the person holds on some camera at least: what a page need not offer without them")
    async def rights(self, info: GraphInfo) -> list[Right]:
        held = (await info.context.access()).held
        return [right for right in Right if held.get(right, frozenset()) != frozenset()]


@strawberry.type
class Query:
    incidents: IncidentConnection = strawberry.field(
        resolver=list_incidents, description="Incidents, newest first unless sorted otherwise; first: 1..100."
    )

    @described("One incident; null when there is none with this id on a camera that the person may see.")
    async def incident(self, info: GraphInfo, id: strawberry.ID) -> Incident | None:
        (await info.context.access()).cameras(Right.VIEW_INCIDENTS)
        known = incident_id(id)
        row = None if known is None else await info.context.loaders.incident.load(known)
        return None if row is None else Incident.of(row)

    incident_passport: PassportAnswer = strawberry.field(
        resolver=incident_passport,
        description="Everything that led to an incident's verdict; part.frames: 0..400.",
    )
    incident_as_known: KnownIncidentAnswer = strawberry.field(
        resolver=incident_as_known, description="An incident as it was known at a moment, from what had been recorded."
    )

    unprocessed_events: RegisterConnection = strawberry.field(
        resolver=list_unprocessed_events, description="The register of events that wait for a person; first: 1..100."
    )
    violations: RegisterConnection = strawberry.field(
        resolver=list_violations, description="The register of recognised violations; first: 1..100."
    )
    audit: AuditConnection = strawberry.field(
        resolver=list_audit, description="Who did what to which thing, newest first; first: 1..100."
    )
    users: list[PlantUser] = strawberry.field(
        resolver=plant_users, description="Who may sign in, and with which roles, by name; at most 1000."
    )
    roles: list[Role] = strawberry.field(resolver=plant_roles, description="The roles in use, by name.")

    daily_statistics: list[DailyStatistics] = strawberry.field(
        resolver=daily_statistics, description="By the plant's days, both ends included; at most a year."
    )

    @described("All cameras that the person may see, by name.")
    async def cameras(self, info: GraphInfo) -> list[Camera]:
        access = await info.context.access()
        access.require_sight()
        rows = await plant.cameras(info.context.services.database)
        return [Camera.of(row) for row in rows if access.sees(row.id)]

    @described("The what-if jobs that are kept, newest first.")
    async def what_if_jobs(self, info: GraphInfo) -> list[WhatIfJob]:
        allowed = await allowed_cameras(info)
        return [WhatIfJob.of(job) for job in await info.context.services.replay.jobs() if is_seen(job, allowed)]

    @described("One what-if job; null when there is none with this id, or no more.")
    async def what_if_job(self, info: GraphInfo, id: strawberry.ID) -> WhatIfJob | None:
        try:
            return WhatIfJob.of(await seen_job(info, known_job(id)))
        except JobUnknown:
            return None

    recordings: RecordingConnection = strawberry.field(
        resolver=list_recordings, description="Video recorded on demand, newest first; first: 1..100."
    )
    zone_visits: ZoneVisitConnection = strawberry.field(
        resolver=list_zone_visits, description="Who was in which zone, newest entry first; first: 1..100."
    )
    vehicle_passages: VehiclePassageConnection = strawberry.field(
        resolver=list_vehicle_passages, description="Vehicles through gates, newest entry first; first: 1..100."
    )
    face_matches: FaceMatchConnection = strawberry.field(
        resolver=list_face_matches, description="Whose faces were seen, newest first; first: 1..100."
    )

    face_module: FaceModule = strawberry.field(resolver=face_module, description="Whether faces are compared now.")
    face_persons: list[FacePerson] = strawberry.field(
        resolver=face_persons, description="Whose faces were known lately, by name; at most 1000."
    )
    person_days: list[PersonDay] = strawberry.field(
        resolver=person_days,
        description="When people were there and how long in zones, by their faces; at most 92 days.",
    )

    @described("One passage; null when there is none with this id on a camera whose reports the person may see.")
    async def vehicle_passage(self, info: GraphInfo, id: strawberry.ID) -> VehiclePassage | None:
        return await one_vehicle_passage(info, id)

    vehicle_traffic: list[VehicleTraffic] = strawberry.field(
        resolver=vehicle_traffic, description="Vehicles through gates by hours of the plant's days; at most 92 days."
    )
    parking: Parking = strawberry.field(
        resolver=parking_state, description="Who is inside and who was; without `from` the last seven days."
    )
    attendance: list[Attendance] = strawberry.field(
        resolver=attendance, description="When people came to each zone and left it, by working days; at most 92."
    )
    presence: list[Presence] = strawberry.field(
        resolver=presence, description="How many people were in each zone, by hours; at most 92 days."
    )

    machine_album: MachineAlbumPayload = strawberry.field(
        resolver=machine_album, description="The pictures of the machine in a zone, and how it was taught."
    )

    @described("How a camera was watched; without `from` and `to` in the last 24 hours.")
    async def coverage(
        self,
        info: GraphInfo,
        camera_id: strawberry.ID,
        since: Annotated[datetime | None, strawberry.argument(name="from")] = None,
        until: Annotated[datetime | None, strawberry.argument(name="to")] = None,
        step: CoverageStep = CoverageStep.MINUTE,
    ) -> CameraCoverage:
        return await camera_coverage(info, camera_id, since, until, step)

    @described("The usual settings of a kind of rule, for who sees cameras.")
    async def usual_rule(self, info: GraphInfo, kind: RuleKind) -> UsualRule:
        (await info.context.access()).require_sight()
        return usual_rule(kind)

    @described("Ready sets of analytics for the usual kinds of site, for who sees cameras.")
    async def case_packs(self, info: GraphInfo) -> list[CasePackContents]:
        (await info.context.access()).require_sight()
        return case_packs()

    @strawberry.field
    def me(self, info: GraphInfo) -> Me:
        session = info.context.session
        return Me(
            login=session.login,
            session_expires_at=session.expires_at,
            plant_tz=info.context.services.settings.plant_tz,
        )
