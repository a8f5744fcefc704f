"""What a camera's own clock says, from the RTCP sender reports of its stream (FAULTS C7).

Nothing here is used for times of pictures: those are the server's. A camera whose clock is wrong burns a wrong time
into its pictures, and its own archive cannot be compared with ours.
"""

import struct
import time
from typing import Final

import av
from av.stream import Stream

SIDE_DATA: Final = "prft"
WALLCLOCK: Final = struct.Struct("=q")
"""FFmpeg's AVProducerReferenceTime begins with microseconds since 1970 UTC, of the picture in the packet."""


def clock_ahead_s(packet: "av.Packet[Stream]") -> float | None:
    """By how much the camera's clock is ahead of ours, less the time that the picture travelled; None: not told."""
    if not packet.has_sidedata(SIDE_DATA):
        return None
    told = bytes(packet.get_sidedata(SIDE_DATA))
    if len(told) < WALLCLOCK.size:
        return None
    (wallclock_us,) = WALLCLOCK.unpack_from(told)
    return float((wallclock_us - time.time_ns() // 1000) / 1e6)
