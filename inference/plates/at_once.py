"""Plates of recordings: each look is read before the next picture comes, so that the same recording says the same."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry

from domain.contracts.observations import PlateRead
from inference.plates.ballots import Look
from inference.plates.box import BallotBox, Make, Vehicle, make_finder


class PlatesAtOnce:
    """PlateLooks in the caller's thread: no look is dropped, and no clock but that of the recording counts.

    tell, keep_days, make   as in BallotBox; models that cannot be had are not tried again
    """

    def __init__(
        self, tell: Callable[[PlateRead], None], keep_days: int, registry: CollectorRegistry, make: Make = make_finder
    ) -> None:
        self._box = BallotBox(tell, keep_days, registry, make, clock=lambda: 0.0)

    @property
    def is_without_models(self) -> bool:
        """Whether there was a vehicle, and no model to read its plate."""
        return self._box.is_without_models

    def wants(self, vehicle: Vehicle) -> bool:
        """As in the PlateLooks protocol."""
        return self._box.wants(vehicle)

    def offer(self, look: Look) -> None:
        """As in the PlateLooks protocol."""
        self._box.look(look)

    def gone(self, vehicle: Vehicle) -> None:
        """As in the PlateLooks protocol."""
        self._box.finish((vehicle,))

    def close(self) -> None:
        """Tells of every vehicle that has not gone yet."""
        self._box.finish((), every=True)
