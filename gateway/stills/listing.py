"""What a list of live files names. Read in the gateway and in the process that decodes: needs nothing heavy."""

import re
from datetime import datetime
from typing import Final

_INIT: Final = re.compile(r'#EXT-X-MAP:URI="(init(?:-\d{1,9})?\.mp4)"')
_SEGMENT: Final = re.compile(r"seg-\d{1,19}\.m4s")
_BEGINS: Final = re.compile(r"#EXT-X-PROGRAM-DATE-TIME:(\S{20,40})")


def listed(text: str) -> list[tuple[str, str]]:
    """(header, segment) of a list, oldest first; lines that name anything else are passed over."""
    found, init = [], None
    for line in text.splitlines():
        if named := _INIT.fullmatch(line):
            init = named[1]
        elif init is not None and _SEGMENT.fullmatch(line):
            found.append((init, line))
    return found


def newest_begins(text: str) -> datetime | None:
    """Capture time of the newest segment's first picture, aware; None when the list does not say."""
    try:
        found = [datetime.fromisoformat(said) for said in _BEGINS.findall(text)]
    except ValueError:
        return None
    return found[-1] if found and found[-1].tzinfo is not None else None
