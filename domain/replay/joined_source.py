"""Recorded detections from the archive and the stream as one, without gap and without repeat."""

from collections.abc import Iterator

from domain.contracts.archives import ArchivedDay, CameraFile
from domain.contracts.identifiers import CameraId
from domain.replay.archive import Archive
from domain.replay.recording import Chunk, Hole, Span
from domain.replay.stream_source import StreamRecording
from infra.nats.bridge import Bridge

SLICE = 4096


class JoinedRecording:
    """Archived days first, camera by camera, then what came after them from the stream.

    until  position of the last message that is wanted; None = the last that the stream has
    """

    def __init__(self, bridge: Bridge, archive: Archive, until: int | None = None) -> None:
        self._bridge, self._archive, self._until = bridge, archive, until
        self.holes: list[Hole] = []
        self.end = 0

    def chunks(self, span: Span) -> Iterator[Chunk]:
        """Raises NatsAdapterError, ArchiveUnavailable, ArchiveDamaged."""
        after = 0
        for day in self._archive.days():
            if self._until is not None and day.until > self._until:
                break
            if day.after > after:
                self._note_hole(after + 1, day.after)
            if span.to_us is not None and day.first_us >= span.to_us:
                self.end = day.after
                return
            if span.from_us is None or day.last_us >= span.from_us:
                yield from self._day(day, span)
            else:
                self._note_hole(day.after + 1, day.until)
            after = day.until
        stream = StreamRecording(self._bridge, after, self._until)
        yield from stream.chunks(span)
        for hole in stream.holes:
            self._note_hole(*hole)
        self.end = stream.end

    def bounds(self, span: Span) -> tuple[int, int]:
        """Raises NatsAdapterError, ArchiveUnavailable, ArchiveDamaged."""
        sealed = [day for day in self._archive.days() if self._until is None or day.until <= self._until]
        first, last = StreamRecording(self._bridge, sealed[-1].until if sealed else 0, self._until).bounds(span)
        asked = [day for day in sealed if _is_asked(day, span)]
        if not asked:
            return first, last
        return asked[0].after + 1, last if last >= first else asked[-1].until

    def _day(self, day: ArchivedDay, span: Span) -> Iterator[Chunk]:
        for file in day.cameras:
            if span.wants(file.camera_id):
                yield from self._file(file)

    def _file(self, file: CameraFile) -> Iterator[Chunk]:
        for part in self._archive.load(file).iter_slices(SLICE):
            cameras: list[CameraId] = [file.camera_id] * part.height
            yield Chunk(part["sequence"].to_list(), cameras, part["payload"].to_list())

    def _note_hole(self, first: int, last: int) -> None:
        if self.holes and self.holes[-1][1] + 1 == first:
            first = self.holes.pop()[0]
        self.holes.append((first, last))


def _is_asked(day: ArchivedDay, span: Span) -> bool:
    begins_before = span.to_us is None or day.first_us < span.to_us
    return begins_before and (span.from_us is None or day.last_us >= span.from_us)
