"""Settings of one camera's process, from the environment (`KASKA_…`)."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, model_validator

from infra.dialling import Networks
from infra.settings import ProcessSettings
from producers.accelerated import Accelerator

DEVICE_ADDRESSES_MIB: Final = 1 << 20


def _are_networks(text: str) -> str:
    Networks.parsed(text)
    return text


class ProducerSettings(ProcessSettings):
    """All that a camera's process is told besides the facts about its camera, which are events."""

    open_timeout_s: float = Field(10.0, gt=0, description="how long a camera may take to answer and describe itself")
    stall_timeout_s: float = Field(10.0, gt=0, description="silence after which a camera counts as stalled")
    backoff_first_s: float = Field(0.5, gt=0, description="pause before the first reconnection; doubles each time")
    backoff_most_s: float = Field(30.0, gt=0, description="longest pause between reconnections")
    camera_networks: Annotated[str, AfterValidator(_are_networks)] = Field(
        "", description="networks in CIDR form, separated by commas: when given, cameras are nowhere else"
    )
    camera_loopback: bool = Field(False, description="this machine itself may be a camera, as in the demo")
    ring_s: float = Field(30.0, ge=20, description="how much encoded video is kept in memory for photos and clips")
    ring_most_mib: int = Field(96, gt=0, description="memory limit of the encoded video")
    decode_queue_packets: int = Field(60, gt=1, description="packets that may wait for the decoder before it skips")
    most_pixels: int = Field(50_000_000, gt=0, description="a camera with larger pictures is refused")
    decode_on: Accelerator = Field(
        Accelerator.NONE,
        description="what decodes for the analysis; where it is missing or fails the processor does. Not over UDP: "
        "damage inside a picture is not noticed",
    )
    frame_slots: int = Field(8, ge=2, le=64, description="pictures in the shared ring towards inference")
    live_segment_s: float = Field(1.0, gt=0, description="shortest length of a live segment")
    live_segments: int = Field(8, ge=3, description="segments in the live list")
    live_encoders: int = Field(4, ge=0, le=64, description="live pictures encoded at once on this machine, on demand")
    clip_before_s: float = Field(5.0, ge=0, description="length of a clip before the moment of the incident")
    clip_after_s: float = Field(5.0, ge=0, description="length of a clip after the moment of the incident")
    spool_most_mib: int = Field(512, gt=0, description="disk limit of evidence waiting for the object store")
    recording_before_s: float = Field(10.0, ge=0, description="video from before the start of a recording on demand")
    recording_most_mib: int = Field(2048, gt=0, description="disk limit of a camera's recordings on their way")
    recording_least_free_mib: int = Field(512, ge=0, description="a recording ends before the disk has less than this")
    memory_most_mib: int = Field(4096, ge=1024, description="address space of the process; a decoder bomb ends there")

    @model_validator(mode="before")
    @classmethod
    def _leave_room_for_a_device(cls, given: dict[str, Any]) -> dict[str, Any]:
        """CUDA reserves addresses for all memory that there is, without using it."""
        has_device = given.get("decode_on", Accelerator.NONE) != Accelerator.NONE
        return {"memory_most_mib": DEVICE_ADDRESSES_MIB} | given if has_device else given
