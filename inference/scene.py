"""What else is looked at in a camera's picture: machines, things left behind, the picture itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from domain.contracts.detections import ModelRef, TrackObservation
from inference.detections import Tracks
from infra.frames import SharedFrame


@dataclass(frozen=True, slots=True)
class Seen:
    """What a stage adds to the facts of one frame.

    tracks   with ids of the stage's own, which no tracker gives
    models   what the tracks rest on; none without tracks. In a fact they stand between the detector's and that for
             protective equipment, which is the last one
    """

    tracks: tuple[TrackObservation, ...] = ()
    models: tuple[ModelRef, ...] = ()


NOTHING_SEEN: Final = Seen()


class SceneStage(Protocol):
    """Looks at one camera. Called on the loop's thread for every frame of it, in the order of their capture.

    It decides itself which frames are worth a look: most answers are NOTHING_SEEN, and cost nothing.
    """

    def observe(self, frame: SharedFrame, tracks: Tracks) -> Seen:
        """tracks   the people, vehicles and animals in the frame, boxes in its pixels"""
        ...


def seen_by(stages: Sequence[SceneStage], frame: SharedFrame, tracks: Tracks) -> Seen:
    """All that the stages add."""
    found = [each for each in (stage.observe(frame, tracks) for stage in stages) if each is not NOTHING_SEEN]
    if not found:
        return NOTHING_SEEN
    return Seen(
        tuple(track for each in found for track in each.tracks), tuple(model for each in found for model in each.models)
    )
