"""Subscriptions of the schema, one file each; served on the socket only."""

from collections.abc import AsyncIterator

import strawberry

from gateway.graph.incident import Incident
from gateway.graph.subscriptions.frames import Frame, frames
from gateway.graph.subscriptions.incident_changed import incident_changed
from gateway.graph.subscriptions.what_if_progress import what_if_progress
from gateway.graph.whatif import WhatIfJob


@strawberry.type
class Subscription:
    incident_changed: AsyncIterator[Incident] = strawberry.subscription(
        resolver=incident_changed, description="Incidents as their rows change, from now on."
    )
    frames: AsyncIterator[Frame] = strawberry.subscription(
        resolver=frames, description="What the models see on a camera, from now on."
    )
    what_if_progress: AsyncIterator[WhatIfJob] = strawberry.subscription(
        resolver=what_if_progress, description="A job as it is and as it moves on, until it is over."
    )
