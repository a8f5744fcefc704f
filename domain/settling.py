"""When a change of the plant comes into force."""

from datetime import timedelta
from typing import Final

SETTLING: Final = timedelta(seconds=2)
"""From a command to the first frame that it applies to: longer than the news takes to the rules."""
