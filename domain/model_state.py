"""What is known of a model: its versions, which of them serves, what was put in force. Pure; folded by domain.model."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.contracts.events import ModelEvaluated, ModelTrained, ShadowScored
from domain.contracts.events.learning import ModelImported, ModelPutInForce
from domain.contracts.learning import ModelForm
from domain.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Version:
    """How the file is read is not known of weights that were trained here until it is imported too.

    shadowing: its shadow run goes on; scored: how that run stood last
    """

    weights: ModelTrained | ModelImported
    form: ModelForm | None = None
    evaluations: tuple[ModelEvaluated, ...] = ()
    shadowing: bool = False
    scored: ShadowScored | None = None


@dataclass(frozen=True, slots=True)
class State:
    """serving: versions in the order in which they came into service; the last one serves, the others did before
    forced: what was last put in force
    """

    versions: Mapping[int, Version] = field(default_factory=dict)
    serving: tuple[int, ...] = ()
    forced: ModelPutInForce | None = None


class VersionUnknown(Refusal):
    """There is no such version of the model."""

    code = "model_version_unknown"


def version_of(number: int, state: State) -> Version:
    found = state.versions.get(number)
    if found is None:
        raise VersionUnknown(f"there is no version {number}")
    return found
