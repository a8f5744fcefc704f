"""The rules' state as it is stored between messages, so that a crash costs a short replay and changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.contracts import codec
from domain.contracts.identifiers import CameraId, RuleId, TrackId
from domain.contracts.subjects import SNAPSHOTS, snapshot_subject
from domain.rules.engine import CameraState
from domain.rules.evidence import Evidence
from domain.rules.visits import OpenVisit
from domain.rules.zone_episodes import ZoneEpisode
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
class CameRecord:
    """A track that stood before a line that it may not cross; until_us: see `domain.rules.crossing`."""

    rule_id: RuleId
    track_id: TrackId
    until_us: int


@dataclass(frozen=True, slots=True)
class ZoneEpisodeRecord:
    rule_id: RuleId
    episode: ZoneEpisode


@dataclass(frozen=True, slots=True)
class CameraRecord:
    camera_id: CameraId
    episodes: tuple[EpisodeRecord, ...]
    came: tuple[CameRecord, ...] = ()
    zone_episodes: tuple[ZoneEpisodeRecord, ...] = ()


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
    """A checkpoint of the states; cameras of which nothing counts any more need no record."""
    cameras = []
    for camera_id, state in sorted(states.items()):
        episodes = tuple(
            EpisodeRecord(rule_id, track_id, state.gaps_s[rule_id], evidence)
            for (rule_id, track_id), evidence in sorted(state.episodes.items())
        )
        came = tuple(CameRecord(*key, until_us) for key, until_us in sorted(state.came.items()))
        zones = tuple(ZoneEpisodeRecord(rule_id, newest) for rule_id, newest in sorted(state.zone_episodes.items()))
        if episodes or came:
            cameras.append(CameraRecord(camera_id, episodes, came, zones))
    stays = tuple(VisitsRecord(camera_id, tuple(those)) for camera_id, those in sorted((visits or {}).items()) if those)
    return Checkpoint(position, tuple(cameras), stays, observed)


def restored(checkpoint: Checkpoint) -> dict[CameraId, CameraState]:
    """The states of a checkpoint."""
    return {
        camera.camera_id: CameraState(
            {(e.rule_id, e.track_id): e.evidence for e in camera.episodes},
            {e.rule_id: e.gap_s for e in camera.episodes},
            {(c.rule_id, c.track_id): c.until_us for c in camera.came},
            {z.rule_id: z.episode for z in camera.zone_episodes},
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
