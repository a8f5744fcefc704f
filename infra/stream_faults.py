"""Why a camera's stream does not come, as its process measures it and the console says it (FAULTS C1)."""

from enum import StrEnum
from typing import Final

METRIC: Final = "kaska_stream_fault"


class StreamFault(StrEnum):
    NO_ANSWER = "no_answer"  # nobody at that address, or not in time
    LOGIN_REFUSED = "login_refused"
    NO_VIDEO = "no_video"  # something answers, and it is no video that can be read
    ADDRESS_REFUSED = "address_refused"  # an address that may not be opened, or a camera that redirects
    SILENT = "silent"  # connected, and no pictures
    CLOSED = "closed"  # the camera closed the connection
