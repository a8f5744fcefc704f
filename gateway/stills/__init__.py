"""Stills of live pictures: `desk` takes the wishes, `picture` decodes in a process of its own."""

from typing import Final

PLAYLIST: Final = "index.m3u8"
