"""The rules' state as it is stored between messages, so that a crash costs a short replay and changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.contracts import codec
from domain.contracts.identifiers import CameraId, RuleId, TrackId
from domain.contracts.subjects import SNAPSHOTS, snapshot_subject
from domain.rules.engine import CameraState
from domain.rules.evidence import Evidence
from domain.rules.visits import OpenVisit
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.direct import get_last

SUBJECT = snapshot_subject("rules", "all")


@dataclass(frozen=True, slots=True)
class EpisodeRecord:
    rule_id: RuleId
    track_id: TrackId
    gap_s: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class CameraRecord:
    camera_id: CameraId
    episodes: tuple[EpisodeRecord, ...]


@dataclass(frozen=True, slots=True)
class VisitsRecord:
    camera_id: CameraId
    visits: tuple[OpenVisit, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The folds' state after the message `position` of DETECTIONS, all cameras.

    observed   sequence in OBSERVATIONS of the last observation that these messages led to
    """

    position: int
    cameras: tuple[CameraRecord, ...]
    visits: tuple[VisitsRecord, ...] = ()
    observed: int = 0


def taken(
    position: int,
    states: Mapping[CameraId, CameraState],
    visits: Mapping[CameraId, Sequence[OpenVisit]] | None = None,
    observed: int = 0,
) -> Checkpoint:
    """A checkpoint of the states; cameras without an episode or a visit need no record."""
    cameras = []
    for camera_id, state in sorted(states.items()):
        episodes = tuple(
            EpisodeRecord(rule_id, track_id, state.gaps_s[rule_id], evidence)
            for (rule_id, track_id), evidence in sorted(state.episodes.items())
        )
        if episodes:
            cameras.append(CameraRecord(camera_id, episodes))
    stays = tuple(VisitsRecord(camera_id, tuple(those)) for camera_id, those in sorted((visits or {}).items()) if those)
    return Checkpoint(position, tuple(cameras), stays, observed)


def restored(checkpoint: Checkpoint) -> dict[CameraId, CameraState]:
    """The states of a checkpoint."""
    return {
        camera.camera_id: CameraState(
            {(e.rule_id, e.track_id): e.evidence for e in camera.episodes},
            {e.rule_id: e.gap_s for e in camera.episodes},
        )
        for camera in checkpoint.cameras
    }


class CheckpointStore:
    """The newest checkpoint, in the stream SNAPSHOTS."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def load(self) -> Checkpoint:
        """The newest checkpoint; position 0 when there is none. Raises CodecError on one of another build."""
        found = self._bridge.run(get_last(self._bridge.nc, SNAPSHOTS, SUBJECT))
        return codec.from_json(Checkpoint, found.data) if found else Checkpoint(0, ())

    def save(self, checkpoint: Checkpoint) -> None:
        """Raises NatsAdapterError when the server does not take it; the older one then stays good."""
        message = Outgoing(SUBJECT, codec.to_json(checkpoint), {})
        self._bridge.run(publish_batch(self._bridge.nc, [message]))
