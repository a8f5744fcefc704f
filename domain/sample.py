"""The sample of a dataset: a picture with its annotation. Pure `decide` and `evolve`, called by domain.service only.

Each picture of a dataset is an aggregate of its own, named by its sha256: a dataset of 200,000 pictures (R160) takes
the next one as fast as the first, and never the same one twice.
"""

from domain.contracts.commands import AddSample
from domain.contracts.events import SampleAdded
from domain.contracts.identifiers import DatasetId
from domain.fields import require_aware, require_different, require_object, require_slug, require_text

LONGEST_LABEL = 100


def sample_id(dataset_id: DatasetId, sha256: str) -> str:
    """The aggregate of a picture in a dataset."""
    return f"{dataset_id}-{sha256}"


def decide(command: AddSample, newest: SampleAdded | None) -> list[SampleAdded]:
    """A fact for a picture that is new or annotated anew; none when nothing changes. Raises FieldRefused."""
    _check(command)
    added = SampleAdded(
        dataset_id=command.dataset_id,
        key=command.key,
        sha256=command.sha256,
        annotation_key=command.annotation_key,
        annotation_sha256=command.annotation_sha256,
        labels=command.labels,
        camera_id=command.camera_id,
        captured_at=command.captured_at,
        incident_id=command.incident_id,
    )
    return [] if newest == added else [added]


def _check(c: AddSample) -> None:
    require_slug("dataset_id", c.dataset_id)
    require_object(c.key, c.sha256)
    require_object(c.annotation_key, c.annotation_sha256, prefix="annotation_")
    require_different("labels", c.labels, least=0)  # a picture with nothing in it teaches too
    for label in c.labels:
        require_text("labels", label, LONGEST_LABEL)
    if c.camera_id is not None:
        require_slug("camera_id", c.camera_id)
    if c.captured_at is not None:
        require_aware("captured_at", c.captured_at)


def evolve(_newest: SampleAdded | None, event: SampleAdded) -> SampleAdded:
    """The newest annotation counts."""
    return event
