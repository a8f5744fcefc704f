"""How the C library's allocator of a camera's process gives memory back, as settings of its environment."""

from typing import Final

FRUGAL: Final = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(1 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(4 << 20),
}
"""Pictures in full size, which only photos need, are mapped one by one and go back at once. Thresholds that are not
fixed are raised by the first such picture, and the heap keeps the room of all: 155 MiB instead of 126 to 134."""
