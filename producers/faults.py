"""Which fault of a stream an error is, as the console names it."""

from infra.stream_faults import StreamFault
from producers.errors import (
    SourceEnded,
    SourceError,
    SourceLoginRefused,
    SourceRefused,
    SourceStalled,
    SourceWithoutVideo,
)


def fault_of(error: SourceError) -> StreamFault:
    match error:
        case SourceLoginRefused():
            return StreamFault.LOGIN_REFUSED
        case SourceWithoutVideo():
            return StreamFault.NO_VIDEO
        case SourceRefused():
            return StreamFault.ADDRESS_REFUSED
        case SourceStalled():
            return StreamFault.SILENT
        case SourceEnded():
            return StreamFault.CLOSED
        case _:
            return StreamFault.NO_ANSWER
