"""How a file of weights joins a model's versions, and how one comes into force on cameras. Pure; used by model.py."""

from typing import Final

from domain.contracts.commands.learning import ImportModel, PutModelInForce, WithdrawModel
from domain.contracts.events import ModelEvent, ModelTrained
from domain.contracts.events.learning import ModelImported, ModelPutInForce, ModelWithdrawn
from domain.contracts.identifiers import CameraId
from domain.contracts.learning import LARGEST_MODEL_BYTES, ModelForm, ModelKind
from domain.fields import (
    LONGEST_KEY,
    require,
    require_different,
    require_sha256,
    require_slug,
    require_text,
)
from domain.model_state import State, version_of
from domain.refusals import Refusal

LONGEST_REASON: Final = 2000
MOST_CLASSES: Final = 1000
MOST_CAMERAS: Final = 1000
LARGEST_SIDE: Final = 4096


class FormUnknown(Refusal):
    """Nobody has said how the version's file is to be read: import it."""

    code = "model_form_unknown"


class NotInService(Refusal):
    """The version was trained here and is not in service."""

    code = "not_in_service"


class NotInForce(Refusal):
    """No version of the model was put in force."""

    code = "not_in_force"


def imported(c: ImportModel, state: State) -> list[ModelEvent]:
    _check_import(c)
    known = next((n for n, v in state.versions.items() if v.weights.digest == c.digest), None)
    if known is not None and state.versions[known].form == c.form:
        return []
    number = len(state.versions) + 1 if known is None else known
    return [ModelImported(c.model_id, number, c.digest, c.key, c.size_bytes, c.form, c.licence)]


def put_in_force(c: PutModelInForce, state: State) -> list[ModelEvent]:
    """What was trained here proves itself first (R182); for what came from elsewhere the person's reason stands."""
    version = version_of(c.model_version, state)
    _check_force(c)
    weights, form = version.weights, version.form
    if form is None:
        raise FormUnknown(f"how version {c.model_version} is to be read is not known; import its file")
    if isinstance(weights, ModelTrained) and state.serving[-1:] != (c.model_version,):
        raise NotInService(f"version {c.model_version} was trained here and is not in service; promote it")
    put = ModelPutInForce(
        c.model_id, c.model_version, weights.digest, weights.key, weights.size_bytes, form, c.cameras, c.reason
    )
    return [put]


def withdrawn(c: WithdrawModel, state: State) -> list[ModelEvent]:
    _check_force(c)
    if state.forced is None:
        raise NotInForce(f"no version of {c.model_id} was put in force")
    return [ModelWithdrawn(c.model_id, state.forced.form.kind, c.cameras, c.reason)]


def _check_import(c: ImportModel) -> None:
    require_slug("model_id", c.model_id)
    require_sha256("digest", c.digest)
    require_text("key", c.key, LONGEST_KEY)
    require(1 <= c.size_bytes <= LARGEST_MODEL_BYTES, "size_bytes", f"1 to {LARGEST_MODEL_BYTES}")
    require_text("licence", c.licence)
    _check_form(c.form)


def _check_force(c: PutModelInForce | WithdrawModel) -> None:
    require_text("reason", c.reason, LONGEST_REASON)
    _check_cameras(c.cameras)


def _check_form(form: ModelForm) -> None:
    if form.kind is ModelKind.TRACKER:
        require(not form.classes, "classes", "none, of a tracker's model,")
    else:
        require(1 <= len(form.classes) <= MOST_CLASSES, "classes", f"1 to {MOST_CLASSES}")
        for name in form.classes:
            require_text("classes", name)
    sizes = form.width, form.height
    fixed = all(32 <= side <= LARGEST_SIDE for side in sizes)
    require(fixed or sizes == (0, 0), "width, height", f"both 32 to {LARGEST_SIDE}, or both 0 where any size goes,")


def _check_cameras(cameras: tuple[CameraId, ...]) -> None:
    require(len(cameras) <= MOST_CAMERAS, "cameras", f"up to {MOST_CAMERAS}")
    require_different("cameras", cameras, least=0)
    for camera in cameras:
        require_slug("cameras", camera)
