"""Projection `learning`: samples, splits and versions of datasets, and the versions of models (R154 to R182)."""

from collections.abc import Iterator
from typing import Any, Final

from psycopg.types.json import Jsonb

from domain.contracts import codec
from domain.contracts.events import (
    ModelEvaluated,
    ModelPromoted,
    ModelRolledBack,
    ModelTrained,
    SampleAdded,
    ShadowScored,
    ShadowStarted,
    SplitAssigned,
    VersionFrozen,
)
from domain.contracts.events.learning import ModelImported
from domain.contracts.learning import ShadowVerdict
from domain.contracts.subjects import DATASET, MODEL
from projections.projection import Projected
from projections.singly import Singly
from projections.statements import Statement, statements

SQL: Final = statements("learning")


class Learning(Singly):
    """A statement for each event."""

    name = "learning"
    contexts = (DATASET, MODEL)
    tables = ("dataset_sample", "dataset_split", "dataset_version", "model_version")
    sql = SQL

    def statements(self, event: Projected) -> Iterator[Statement]:
        return _statements(event)


def _statements(event: Projected) -> Iterator[Statement]:
    fact = event.envelope.event
    plain: dict[str, Any] = codec.to_plain(fact)
    values = plain | {"id": event.aggregate_id, "position": event.position, "at": event.envelope.at}
    match fact:
        case SampleAdded():
            yield SQL["sample"], values
        case SplitAssigned():
            yield SQL["split"], values
        case VersionFrozen():
            yield SQL["frozen"], values
        case ModelTrained():
            yield SQL["trained"], values
        case ModelImported():
            yield SQL["imported"], values | {"kind": plain["form"]["kind"]}
        case ModelEvaluated():
            yield SQL["evaluated"], values | {"metrics": Jsonb(plain)}
        case ShadowStarted():
            yield SQL["shadow_started"], values | {"shadow": Jsonb(plain)}
        case ShadowScored(verdict=verdict):
            goes_on = verdict is not ShadowVerdict.ROLL_BACK
            yield SQL["shadow_scored"], values | {"shadow": Jsonb(plain), "goes_on": goes_on}
        case ModelPromoted(model_version=serving):
            yield SQL["in_service"], values | {"serving": serving, "other": "replaced"}
        case ModelRolledBack(to_version=serving):
            yield SQL["in_service"], values | {"serving": serving, "other": "rolled_back"}
