"""Crops of machines out of pictures that people send or take, decoded in a process of its own within limits."""

from typing import Final

NO_PICTURE: Final = 3
TOO_SMALL: Final = 4
"""Exit codes of that process."""
