"""Settings of the inference process."""

from pydantic import Field

from infra.detectors import DetectorKind
from infra.settings import ProcessSettings
from infra.trackers import TrackerKind


class InferenceSettings(ProcessSettings):
    """Read from the environment, prefix KASKA_."""

    detector: DetectorKind = Field(DetectorKind.OPENVINO, description="what finds objects")
    detector_width: int = Field(640, description="pixels of the detector's input", ge=32, le=1920, multiple_of=32)
    detector_height: int = Field(384, description="pixels of the detector's input", ge=32, le=1920, multiple_of=32)
    detector_threads: int = Field(2, description="processor threads of each model", ge=1)
    detector_hang_s: float = Field(
        10.0, description="without progress for so long inference ends, and is started again", ge=2, le=600
    )
    node: str = Field("", description="name of the node that it runs on, where there are several (ADR 21)")
    every_frame: bool = Field(
        False, description="the detector looks at every frame, also where nothing moves; costs many times the work"
    )
    min_score: float = Field(0.1, description="detections below are left out; weak ones prolong tracks", ge=0, le=1)
    max_boxes: int = Field(300, description="tracks of one frame", ge=1, le=1000)
    tracker: TrackerKind = Field(
        TrackerKind.BYTETRACK, description="what knows objects again; all but bytetrack need the extra `training`"
    )
    lost_track_s: float = Field(2.0, description="a track not seen for so long is forgotten", gt=0)
    ppe_min_person_px: float = Field(60.0, description="height of a person from which a helmet can be told", gt=0)
    ppe_keypoints: bool = Field(
        True, description="whether keypoints tell where head, trunk and hands are; otherwise the person's box does"
    )
    ppe_interval_s: float = Field(0.5, description="time between two looks at a camera's people", ge=0)
    ppe_max_regions: int = Field(2, description="parts of a frame that are looked at closely", ge=1)
    max_lag_s: float = Field(0.6, description="older frames are passed over when a newer one waits", gt=0)
    batch_s: float = Field(0.02, description="how long detections wait for others of any camera", gt=0, le=0.1)
    queue_limit: int = Field(2000, description="messages waiting for the server before no frame is taken", ge=1)
