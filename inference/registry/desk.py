"""Follows what is put in force, brings it in the background, and says which model a camera has between any two frames.

For each camera the newest model that loads is in force; one that does not leaves the one before where it was, and that
is said: in the log, in `kaska_models_refused`, in `kaska_models_in_use`, which tells what is really used, and for as
long as it lasts in `kaska_model_not_loaded`, of which the console warns.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from weakref import WeakSet

from prometheus_client import CollectorRegistry, Counter

from domain.contracts.detections import ModelRef
from domain.contracts.events import Envelope
from domain.contracts.events.learning import ModelPutInForce
from domain.contracts.identifiers import CameraId, ModelId
from domain.contracts.learning import ModelForm, ModelKind
from domain.contracts.model_forces import Chain, Forces
from domain.contracts.subjects import MODEL
from inference.detections import Detections, Tracks
from inference.errors import InferenceError, ModelUnusable
from inference.facts import FactsFollower
from inference.parts import Size
from inference.protocols import Detector, Pending
from inference.registry.in_use import InUse, NotLoaded
from inference.trackers import MakeTracker
from inference.trackers.appearance import Appearance
from infra.frames import Pixels
from infra.nats.bridge import Bridge

log = logging.getLogger(__name__)

RETRY_S: Final = 10.0
NEVER: Final = float("inf")

Key = tuple[ModelKind, str]
"""Kind and digest."""

Model = Detector | Appearance
Open = Callable[[ModelPutInForce], Model]
"""Brings, tries and opens a model. Raises ModelUnusable for good, another InferenceError for now."""


class ModelDesk:
    """Works in its follower's thread. The methods may be called from any thread."""

    def __init__(self, bridge: Bridge, opening: Open, registry: CollectorRegistry) -> None:
        self._open = opening
        self._forces = Forces()
        self._loaded: Mapping[Key, Model] = {}
        self._refused: dict[Key, float] = {}
        self._counted = Counter("kaska_models_refused", "models that did not load", ["kind"], registry=registry)
        self._users: WeakSet[ForcedDetector] = WeakSet()
        self._trackers: WeakSet[ForcedTracker] = WeakSet()
        registry.register(InUse(lambda: [(each.kind, each.model) for each in list(self._users) if each.has_looked]))
        registry.register(NotLoaded(self.not_loaded))
        self._is_caught_up = threading.Event()
        self._follower = FactsFollower(bridge, MODEL, self._apply, self._catch_up)

    def start(self, wait_s: float) -> None:
        """Waits until what is in force is there, but not for longer: frames are then looked at with what is."""
        self._follower.start()
        if not self._is_caught_up.wait(wait_s):
            log.warning("the models in force are not there yet", extra={"waited_s": wait_s})

    def close(self) -> None:
        self._follower.close()

    def on(self, kind: ModelKind, camera: str, own: Detector) -> "ForcedDetector":
        """The detector of a camera, whichever is in force when a frame comes. own: the build's, where none is."""
        user = ForcedDetector(self, kind, CameraId(camera), own)
        self._users.add(user)
        return user

    def follows(self, tracker: "ForcedTracker") -> None:
        """A tracker that asks here which model is in force."""
        self._trackers.add(tracker)

    def not_loaded(self) -> Iterator[tuple[CameraId, ModelKind, ModelId]]:
        """Of each camera that is looked at: what was put in force there and is not what is used."""
        users: list[ForcedDetector | ForcedTracker] = [*self._users, *self._trackers]
        for each in users:
            newest = next(iter(self._forces.on(each.kind, each.camera)), None)
            if newest is None or not each.has_looked:
                continue
            key = (each.kind, newest.digest)
            if key in self._refused and key not in self._loaded:
                yield each.camera, each.kind, newest.model_id

    def in_force(self, kind: ModelKind, camera: CameraId) -> Model | None:
        """None where the build's own is."""
        return _first_loaded(self._forces.on(kind, camera), self._loaded)

    def form_in_force(self, kind: ModelKind, camera: CameraId) -> ModelForm | None:
        """How the file of that model is read; None where the build's own is."""
        loaded = self._loaded
        return next((put.form for put in self._forces.on(kind, camera) if (kind, put.digest) in loaded), None)

    def _apply(self, envelope: Envelope) -> None:
        event = envelope.event
        if isinstance(event, ModelPutInForce):
            self._refused.pop((event.form.kind, event.digest), None)  # said again, it is tried again
        self._forces = self._forces.after(event)

    def _catch_up(self) -> None:
        self._bring()
        self._is_caught_up.set()

    def _bring(self) -> None:
        """Opens what is in force and not there; lets go what is not in force any more."""
        chains = [(kind, chain) for kind in ModelKind for chain in self._chains(kind)]
        for kind, chain in chains:
            self._bring_first(kind, chain)
        picked = {id(_first_loaded(chain, self._loaded)) for _, chain in chains}
        kept = {key: model for key, model in self._loaded.items() if id(model) in picked}
        if len(kept) != len(self._loaded):
            self._loaded = kept
        wanted = {(kind, each.digest) for kind, chain in chains for each in chain}
        self._refused = {key: at for key, at in self._refused.items() if key in wanted}

    def _chains(self, kind: ModelKind) -> list[Chain]:
        forces = self._forces.of(kind)
        return [chain for chain in (forces.everywhere, *forces.own.values()) if chain]

    def _bring_first(self, kind: ModelKind, chain: Chain) -> None:
        """The newest of a chain; when that cannot be had, the next that can."""
        for put in chain:
            key = (kind, put.digest)
            if key in self._loaded:
                return
            if self._refused.get(key, 0.0) > time.monotonic():
                continue
            if self._opened(key, put):
                return

    def _opened(self, key: Key, put: ModelPutInForce) -> bool:
        about = {"model": put.model_id, "digest": put.digest, "kind": put.form.kind.value}
        try:
            started = time.monotonic()
            model = self._open(put)
        except InferenceError as error:
            self._refused[key] = NEVER if isinstance(error, ModelUnusable) else time.monotonic() + RETRY_S
            self._counted.labels(put.form.kind.value).inc()
            log.error(  # noqa: TRY400 - its sentence says all
                "a model put in force does not load, the one before stays", extra={**about, "reason": str(error)}
            )
            return False
        self._loaded = {**self._loaded, key: model}
        log.info("a model comes into force", extra={**about, "opened_s": round(time.monotonic() - started, 1)})
        return True


def _first_loaded(chain: Chain, loaded: Mapping[Key, Model]) -> Model | None:
    return next((loaded[put.form.kind, put.digest] for put in chain if (put.form.kind, put.digest) in loaded), None)


class ForcedDetector:
    """A Detector of one camera: each frame goes to the one in force when it is handed in.

    model   of the frame handed in last, which is what the facts until the next one rest on
    """

    def __init__(self, desk: ModelDesk, kind: ModelKind, camera: CameraId, own: Detector) -> None:
        self._desk, self.kind, self.camera, self._own = desk, kind, camera, own
        self._used: Detector | None = None

    @property
    def has_looked(self) -> bool:
        """Whether any frame was handed in yet."""
        return self._used is not None

    @property
    def model(self) -> ModelRef:
        return (self._used or self._now()).model

    @property
    def depth(self) -> int:
        return self._now().depth

    @property
    def inputs(self) -> tuple[Size, ...]:
        return self._now().inputs

    def submit(self, pixels: Pixels, size: Size | None = None) -> Pending:
        self._used = used = self._now()
        return used.submit(pixels, size if size in used.inputs else None)

    def _now(self) -> Detector:
        model = self._desk.in_force(self.kind, self.camera)
        return self._own if model is None or isinstance(model, Appearance) else model


class ForcedTracker:
    """A Tracker of one camera that goes by the ReID model in force. Another model, and all tracks begin anew.

    make         a tracker; called with None where no such model is in force
    has_looked   whether any frame was handed in yet
    """

    kind: Final = ModelKind.TRACKER

    def __init__(self, desk: ModelDesk, camera: CameraId, make: MakeTracker) -> None:
        self._desk, self.camera, self._make = desk, camera, make
        self._used = self._now()
        self._tracker = make(self._used)
        self.has_looked = False
        desk.follows(self)

    def update(
        self,
        found: Detections,
        captured_at_us: int,
        followed: Tracks | None = None,
        pixels: Pixels | None = None,
    ) -> Tracks:
        """As in the Tracker protocol."""
        self.has_looked = True
        now = self._now()
        if now is not self._used:
            self._used, self._tracker = now, self._make(now)
            followed = None
        return self._tracker.update(found, captured_at_us, followed, pixels)

    def _now(self) -> Appearance | None:
        model = self._desk.in_force(self.kind, self.camera)
        return model if isinstance(model, Appearance) else None
