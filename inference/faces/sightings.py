"""From looks at faces to facts about tracks: several looks that agree, and each fact once. Pure."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from domain.contracts.detections import from_microseconds
from domain.contracts.identifiers import CameraId, TrackId, UserId
from domain.contracts.observations import FaceMatched
from inference.faces.matcher import FaceMatch

AGREE: Final = 2
"""So many looks must have named a person, and more than named anybody else or nobody."""

NOBODY_LOOKS: Final = 5
"""After so many looks without a name it is told that nobody is known."""

MOST_TRACKS: Final = 10_000


@dataclass(slots=True)
class _Looks:
    by_person: dict[UserId, list[float]] = field(default_factory=dict)
    nobody: list[float] = field(default_factory=list)
    told: set[UserId | None] = field(default_factory=set)


class Sightings:
    """What was seen of each track's face so far.

    keep   how long a fact is kept
    """

    def __init__(self, keep: timedelta = timedelta(days=30)) -> None:
        self._keep = keep
        self._tracks: OrderedDict[tuple[str, int], _Looks] = OrderedDict()

    def is_settled(self, camera: str, track_id: int) -> bool:
        """Whether the track's person was told: there is no need to look again."""
        looks = self._tracks.get((camera, track_id))
        return looks is not None and any(person is not None for person in looks.told)

    def add(self, camera: str, track_id: int, at_us: int, match: FaceMatch) -> FaceMatched | None:
        """The fact that this look settles, at most one of each kind for a track; None as long as it settles none."""
        looks = self._tracks.setdefault((camera, track_id), _Looks())
        self._tracks.move_to_end((camera, track_id))
        while len(self._tracks) > MOST_TRACKS:
            self._tracks.popitem(last=False)
        scores = looks.nobody if match.person is None else looks.by_person.setdefault(match.person, [])
        scores.append(match.score)
        if match.person in looks.told or not _is_settled(looks, match.person):
            return None
        looks.told.add(match.person)
        at = from_microseconds(at_us)
        return FaceMatched(
            camera_id=CameraId(camera),
            track_id=TrackId(track_id),
            at=at,
            person=match.person,
            score=sum(scores) / len(scores),
            models=match.models,
            keep_until=at + self._keep,
        )


def _is_settled(looks: _Looks, person: UserId | None) -> bool:
    if person is None:
        return not looks.by_person and len(looks.nobody) >= NOBODY_LOOKS
    others = [len(scores) for other, scores in looks.by_person.items() if other != person]
    mine = len(looks.by_person[person])
    return mine >= AGREE and mine > max((*others, len(looks.nobody)))
