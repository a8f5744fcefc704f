"""What a camera sends, as it comes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """What a camera's main stream was at the end of a minute (R22, R42; FAULTS C5).

    codec          FFmpeg's name
    width, height  pixels, as the camera sends them
    fps            pictures a second, as they came
    kbit_s         1000 bits of video a second
    """

    codec: str
    width: int
    height: int
    fps: float
    kbit_s: int
