"""Which models are in force on which cameras: a fold over the events of models. Pure; for inference and `kaska models`.

What a build brings along is in force where nothing was said, and where everything that was said does not load.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from domain.contracts.events import Event
from domain.contracts.events.learning import ModelImported, ModelPutInForce, ModelTrained, ModelWithdrawn
from domain.contracts.identifiers import CameraId
from domain.contracts.learning import ModelForm, ModelKind

MOST_BEFORE: Final = 4
"""So many earlier models of a camera are remembered, to go back to when newer ones do not load."""

Chain = tuple[ModelPutInForce, ...]
"""What was put in force, newest first, each digest once. Whoever uses it takes the first that loads."""


@dataclass(frozen=True, slots=True)
class KindForces:
    """Of one kind of model: everywhere, and on the cameras that had a word of their own since."""

    everywhere: Chain = ()
    own: Mapping[CameraId, Chain] = field(default_factory=dict)

    def on(self, camera_id: CameraId) -> Chain:
        return self.own.get(camera_id, self.everywhere)


@dataclass(frozen=True, slots=True)
class Forces:
    """Immutable: threads may share it."""

    kinds: Mapping[ModelKind, KindForces] = field(default_factory=dict)

    def on(self, kind: ModelKind, camera_id: CameraId) -> Chain:
        """What was put in force on a camera; empty where the build's own model is."""
        return self.of(kind).on(camera_id)

    def of(self, kind: ModelKind) -> KindForces:
        return self.kinds.get(kind, KindForces())

    def after(self, event: Event) -> "Forces":
        """With one more event; others than those about force change nothing."""
        match event:
            case ModelPutInForce(form=ModelForm(kind=kind)):
                return self._with(kind, _put(self.of(kind), event))
            case ModelWithdrawn(kind=kind):
                return self._with(kind, _withdrawn(self.of(kind), event))
            case _:
                return self

    def _with(self, kind: ModelKind, forces: KindForces) -> "Forces":
        return replace(self, kinds={**self.kinds, kind: forces})


def _put(before: KindForces, event: ModelPutInForce) -> KindForces:
    if not event.cameras:
        own = {camera: _newest(event, chain) for camera, chain in before.own.items()}
        return KindForces(_newest(event, before.everywhere), own)
    return replace(before, own={**before.own, **{c: _newest(event, before.on(c)) for c in event.cameras}})


def _newest(event: ModelPutInForce, before: Chain) -> Chain:
    return (event, *(each for each in before if each.digest != event.digest))[: MOST_BEFORE + 1]


def _withdrawn(before: KindForces, event: ModelWithdrawn) -> KindForces:
    if event.cameras:
        gone = [c for c in event.cameras if _is_of(before.on(c), event)]
        return replace(before, own={**before.own, **dict.fromkeys(gone, ())})
    everywhere = () if _is_of(before.everywhere, event) else before.everywhere
    return KindForces(everywhere, {c: () if _is_of(chain, event) else chain for c, chain in before.own.items()})


def _is_of(chain: Chain, event: ModelWithdrawn) -> bool:
    return bool(chain) and chain[0].model_id == event.model_id


@dataclass(frozen=True, slots=True)
class Listed:
    """One version in the registry. form and licence are None while nobody has said them."""

    model_id: str
    model_version: int
    digest: str
    size_bytes: int
    form: ModelForm | None
    licence: str | None


def listed(versions: Mapping[tuple[str, int], Listed], event: Event) -> dict[tuple[str, int], Listed]:
    """The registry's versions with one more event."""
    if not isinstance(event, ModelTrained | ModelImported):
        return dict(versions)
    key = (str(event.model_id), event.model_version)
    version = versions.get(key) or Listed(*key, event.digest, event.size_bytes, None, None)
    if isinstance(event, ModelImported):
        version = replace(version, form=event.form, licence=event.licence)
    return {**versions, key: version}
