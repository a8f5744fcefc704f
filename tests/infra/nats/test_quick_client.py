"""What the quick client does differently from the library's gives the same."""

from hypothesis import example, given
from hypothesis import strategies as st
from nats.aio.client import Client

from infra.nats.quick_client import QuickClient


@given(st.binary())
@example(b"A: 1\r\nB:2\r\n: nameless\r\nno colon\r\nC D: x\r\n\x1cE: y\r\n\xff: z\r\nF:\t\xff \r\n\r\n")
def test_headers_are_read_as_the_library_reads_them(raw: bytes) -> None:
    assert QuickClient._parse_header_lines(raw) == Client._parse_header_lines(raw)


def test_what_is_overridden_is_still_there() -> None:
    """An upgrade of the library that renames them would silently lose the overrides."""
    assert {"_process_msg", "_parse_header_lines"} <= vars(Client).keys()
