"""A camera's machines in the schema: which of them somebody has trained, and on how many pictures (R57-R60)."""

import strawberry

from domain.contracts.identifiers import ZoneId, machine_track
from domain.contracts.plant import MACHINE_KINDS
from gateway.graph.context import GraphInfo
from gateway.graph.rules import Zone
from gateway.graph.scalars import BigInt
from gateway.machines import taught

KINDS = frozenset(kind.value for kind in MACHINE_KINDS)


@strawberry.type(description="A state that a machine's classifier was taught.")
class MachineState:
    aspect: str = strawberry.field(description="guard, running, lamp")
    state: str = strawberry.field(description="open, closed; running, stopped; red, yellow, green, off")
    examples: int = strawberry.field(description="pictures of it that the classifier was trained on")


@strawberry.type(description="A zone around a machine: one with a rule about it.")
class Machine:
    zone: Zone
    track_id: BigInt = strawberry.field(
        description="of the machine in the camera's frames; its attributes are its states"
    )
    is_known: bool = strawberry.field(
        description="false while the analysis is silent: then nobody knows what it was taught"
    )
    states: list[MachineState] = strawberry.field(description="none: nobody has trained it, and it is not looked at")


async def machines_of(info: GraphInfo, camera_id: str) -> list[Machine]:
    """Raises DatabaseBusy."""
    loaders = info.context.loaders
    rules = await loaders.rules_of_camera.load(camera_id)
    about = {rule.zone_id for rule in rules if rule.kind in KINDS}
    zones = [row for row in await loaders.zones_of_camera.load(camera_id) if row.id in about]
    known = taught(info.context.services.vitals)
    return [
        Machine(
            zone=Zone.of(row),
            track_id=BigInt(machine_track(ZoneId(row.id))),
            is_known=known is not None,
            states=[
                MachineState(aspect=each.aspect, state=each.state, examples=each.examples)
                for each in (known or {}).get(row.id, ())
            ],
        )
        for row in zones
    ]
