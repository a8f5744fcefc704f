"""Clips from recordings that no browser plays (AVI of old recorders, MJPEG): encoded anew, there is time for it.

The photo is made from the recording itself. Called by the archive's cutter.
"""

from collections.abc import Sequence
from typing import Final

from domain.contracts.events import IncidentOpened
from producers.cutter import Cutter
from producers.decoding import decode, open_decoder
from producers.encoding import Encoder, Picture
from producers.errors import PhotoImpossible
from producers.packets import H264, HEVC, EncodedPacket

PLAYABLE: Final = frozenset({H264, HEVC})
PICTURE: Final = Picture(width=1920, fps=25.0, kilobits_s=4000)


class ArchiveCutter(Cutter):
    """A Cutter for recordings of any codec."""

    def clip_packets(self, incident: IncidentOpened) -> Sequence[EncodedPacket]:
        packets = super().clip_packets(incident)
        return packets if packets[0].format.codec in PLAYABLE else playable(packets)


def playable(packets: Sequence[EncodedPacket]) -> Sequence[EncodedPacket]:
    """The same pictures with the same capture times, as H.264. Raises PhotoImpossible when none can be decoded."""
    decoder = open_decoder(packets[0].format)
    encoder: Encoder | None = None
    made: list[EncodedPacket] = []
    for packet in (*packets, None):
        for frame in decode(decoder, packet) or ():
            if frame.is_corrupt:
                continue
            encoder = encoder or Encoder(frame, PICTURE, starts_session=False)
            made += encoder.encode(frame)
    if not made:
        raise PhotoImpossible("no undamaged picture could be decoded for the clip")
    return made
