"""What every recorder is built on: a connection, a stream, and the recorder's own subjects in it."""

from collections.abc import Iterator

from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_last, get_page

PAGE = 1000


class StreamAccess:
    """`prefix` begins the recorder's subjects; `live_prefix` is where the stream republishes them."""

    def __init__(self, bridge: Bridge, stream: str, prefix: str, live_prefix: str = "") -> None:
        self.bridge, self.stream, self.prefix, self.live_prefix = bridge, stream, prefix, live_prefix

    def messages(self, subject: str, seq: int = 1, page: int = PAGE) -> Iterator[StoredMessage]:
        """All messages on `subject` from sequence `seq` on, fetched page by page while they are consumed."""
        while True:
            found = self.bridge.run(get_page(self.bridge.nc, self.stream, seq, page, subject))
            yield from found.messages
            if not found.pending or not found.messages:
                return
            seq = found.messages[-1].sequence + 1

    def last_message(self, subject: str) -> StoredMessage | None:
        return self.bridge.run(get_last(self.bridge.nc, self.stream, subject))
