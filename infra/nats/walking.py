"""All messages of a stream on a subject, from a thread, page by page: for who reads to the end and then stops."""

from collections.abc import Iterator
from typing import Final

from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_page

PAGE: Final = 1000


def walk(bridge: Bridge, stream: str, subject: str, first: int = 1) -> Iterator[StoredMessage]:
    """Messages from sequence `first` to what is the end when it comes there. Raises NoAnswer, Rejected."""
    while True:
        page = bridge.run(get_page(bridge.nc, stream, first, PAGE, subject))
        yield from page.messages
        if not page.messages or not page.pending:
            return
        first = page.messages[-1].sequence + 1
