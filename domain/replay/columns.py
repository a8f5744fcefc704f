"""Many messages of a camera as arrays: what `domain.contracts.detections.decode` reads, all at once.

The wire form is described there. A message that is not surely well formed is given to `decode` itself, so that both
always agree on what can be read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.contracts.detections import (
    CANNOT_TELL,
    HEADER,
    MOST_COLUMNS,
    MOST_MODELS,
    UNIT,
    WIDE_COUNTS,
    WIDE_VERSION,
    WIRE_VERSIONS,
    Attribute,
    DetectionsUnreadable,
    ObjectClass,
    decode,
    encode,
)
from domain.contracts.identifiers import CameraId

Bytes = NDArray[np.uint8]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

_HEADER: Final = np.dtype(
    [
        ("version", "u1"),
        ("counts", "u1"),
        ("tracks", "<u2"),
        ("width", "<u2"),
        ("height", "<u2"),
        ("frames", "<u4"),
        ("frame", "<u8"),
        ("first_us", "<i8"),
        ("last_us", "<i8"),
    ]
)
_DIGEST: Final = 32
_ROW: Final = 19
"""Bytes of a track without its attributes: id 8, class 1, score 2, box 8."""

_CLASSES: Final = np.isin(np.arange(256), [int(c) for c in ObjectClass])
_ATTRIBUTES: Final = np.isin(np.arange(256), [int(a) for a in Attribute])


@dataclass(frozen=True, slots=True)
class Columns:
    """m messages of one camera and the r tracks in them.

    sequences            (m,) positions in DETECTIONS
    frames               (m,) how many frames each message stands for
    first_us, last_us    (m,) capture times of the first and the last frame of each message
    rows                 (m + 1,) the tracks of message i are rows[i] to rows[i + 1]
    track_ids, classes   (r,)
    scores               (r,) 0..1
    boxes                (r, 4) x1 y1 x2 y2 in 0..1
    attributes           present and absent, (r,) each in percent; present is CANNOT_TELL where the models could not
    payloads             the m messages themselves
    """

    camera_id: CameraId
    sequences: Integers
    frames: Integers
    first_us: Integers
    last_us: Integers
    rows: Integers
    track_ids: NDArray[np.uint64]
    classes: Bytes
    scores: Floats
    boxes: Floats
    attributes: Mapping[Attribute, tuple[Bytes, Bytes]]
    payloads: Sequence[bytes]


class Decoder:
    """Reads messages of one camera; remembers which lists of models it has seen to be well formed."""

    def __init__(self, camera_id: CameraId) -> None:
        self._camera_id = camera_id
        self._models: set[tuple[int, bytes]] = set()

    def columns(self, sequences: Sequence[int], payloads: Sequence[bytes]) -> tuple[Columns, list[int]]:
        """The readable messages as columns, and the positions of the others."""
        left_aside: list[int] = []
        while True:
            layout = _Layout(payloads)
            doubtful = layout.doubtful | ~self._readable_models(layout, payloads)
            if not doubtful.any():
                return layout.columns(self._camera_id, np.asarray(sequences, np.int64), payloads), sorted(left_aside)
            sequences, payloads, unreadable = self._canonical(sequences, payloads, np.flatnonzero(doubtful).tolist())
            left_aside += unreadable

    def _readable_models(self, layout: "_Layout", payloads: Sequence[bytes]) -> NDArray[np.bool_]:
        """Whether the models' names can be read, message by message."""
        ends = (layout.ids_at - layout.starts).tolist()
        counts = layout.models.tolist()
        begins = (layout.models_at - layout.starts).tolist()
        parts = zip(counts, payloads, begins, ends, strict=True)
        lists = [(n, payload[begin:end]) for n, payload, begin, end in parts]
        fresh = set(lists) - self._models
        self._models |= {one for one in fresh if _has_readable_names(*one)}
        wrong = fresh - self._models
        return np.fromiter((one not in wrong for one in lists), np.bool_, len(lists)) if wrong else _all(len(lists))

    def _canonical(
        self, sequences: Sequence[int], payloads: Sequence[bytes], doubtful: Sequence[int]
    ) -> tuple[list[int], list[bytes], list[int]]:
        """The messages with the doubtful ones written anew, and the positions of those that cannot be read."""
        renewed = dict(enumerate(payloads))
        left_aside = []
        for i in doubtful:
            try:
                renewed[i] = encode(decode(self._camera_id, payloads[i]))
            except DetectionsUnreadable:
                del renewed[i]
                left_aside.append(sequences[i])
        return [sequences[i] for i in renewed], list(renewed.values()), left_aside


class _Layout:
    """Where in the joined messages each part of each message begins."""

    def __init__(self, payloads: Sequence[bytes]) -> None:
        lengths = np.fromiter(map(len, payloads), np.int64, len(payloads))
        self.starts = np.cumsum(lengths) - lengths
        ends = self.starts + lengths
        self.buffer = np.frombuffer(b"".join(payloads) + bytes(HEADER.size + WIDE_COUNTS), np.uint8)
        self.last = len(self.buffer) - 1
        header = self.buffer[self.starts[:, None] + np.arange(HEADER.size)].view(_HEADER)[:, 0]
        self.header, self.tracks = header, header["tracks"].astype(np.int64)
        counts = header["counts"].astype(np.int64)
        wide = header["version"] == WIDE_VERSION
        behind = self.starts + HEADER.size
        self.models_at = behind + wide * WIDE_COUNTS
        self.models = np.where(wide, self.at(behind), counts & MOST_MODELS).astype(np.int64)
        self.kinds = np.where(wide, self.at(behind + 1), counts >> 4 & MOST_COLUMNS).astype(np.int64)
        self.ids_at = self._after_models()
        self.attributes_at = self.ids_at + _ROW * self.tracks
        fits = self.attributes_at + self.kinds * (1 + 2 * self.tracks) <= ends
        known = np.isin(header["version"], list(WIRE_VERSIONS))
        self.doubtful = ~known | (lengths < HEADER.size + wide * WIDE_COUNTS) | ~fits
        self.codes = self._attribute_codes()
        if not self.doubtful.any():
            self._read_rows()

    def at(self, positions: Integers) -> Bytes:
        """Bytes at positions; what lies beyond the end is some byte, of a message that is doubtful anyway."""
        return self.buffer[np.minimum(positions, self.last)]

    def _after_models(self) -> Integers:
        at: Integers = self.models_at
        for k in range(int(self.models.max(initial=0))):
            at = np.where(self.models > k, at + 1 + self.at(at) + _DIGEST, at)
        return at

    def _attribute_codes(self) -> list[Bytes]:
        """Per place in the list of attributes, the code of each message, 0 for none; rising codes are the rule."""
        codes: list[Bytes] = []
        before = np.zeros(len(self.starts), np.uint8)
        for k in range(int(self.kinds.max(initial=0))):
            there = self.kinds > k
            code = np.where(there, self.at(self.attributes_at + k * (1 + 2 * self.tracks)), 0).astype(np.uint8)
            self.doubtful |= there & (~_ATTRIBUTES[code] | (code <= before))
            before = np.where(there, code, before)
            codes.append(code)
        return codes

    def _read_rows(self) -> None:
        n, total = self.tracks, int(self.tracks.sum())
        self.rows = np.concatenate([[0], np.cumsum(n)])
        self.message = np.repeat(np.arange(len(n)), n)
        self.row = np.arange(total) - self.rows[self.message]
        self.classes = self.buffer[(self.ids_at + 8 * n)[self.message] + self.row]
        wrong = ~_CLASSES[self.classes]
        if wrong.any():
            self.doubtful[self.message[wrong]] = True

    def columns(self, camera_id: CameraId, sequences: Integers, payloads: Sequence[bytes]) -> Columns:
        n, message, row = self.tracks, self.message, self.row
        ids = self._numbers(self.ids_at[message] + 8 * row, "<u8")
        scores = self._numbers((self.ids_at + 9 * n)[message] + 2 * row, "<u2") / UNIT
        boxes = self._numbers((self.ids_at + 11 * n)[message] + 8 * row, "<u2", 4).reshape(-1, 4) / UNIT
        first_us, last_us = self.header["first_us"].astype(np.int64), self.header["last_us"].astype(np.int64)
        return Columns(
            camera_id,
            sequences,
            self.header["frames"].astype(np.int64),
            first_us,
            last_us,
            self.rows,
            ids,
            self.classes,
            scores,
            boxes,
            self._attributes(),
            payloads,
        )

    def _numbers(self, positions: Integers, kind: str, each: int = 1) -> NDArray[np.uint64]:
        """`each` little-endian numbers in a row at each position, which needs no alignment."""
        size = np.dtype(kind).itemsize * each
        numbers: NDArray[np.uint64] = self.buffer[positions[:, None] + np.arange(size)].view(kind).ravel()
        return numbers

    def _attributes(self) -> dict[Attribute, tuple[Bytes, Bytes]]:
        n, message, row = self.tracks, self.message, self.row
        found: dict[Attribute, tuple[Bytes, Bytes]] = {}
        for k, codes in enumerate(self.codes):
            first = (self.attributes_at + k * (1 + 2 * n) + 1)[message] + row
            for code in np.unique(codes[codes > 0]).tolist():
                present, absent = found.setdefault(Attribute(code), _unknown(len(row)))
                mine = (codes == code)[message]
                present[mine] = self.buffer[first[mine]]
                absent[mine] = self.buffer[(first + n[message])[mine]]
        return found


def _has_readable_names(count: int, models: bytes) -> bool:
    at = 0
    for _ in range(count):
        if at >= len(models):
            return False
        end = at + 1 + models[at]
        try:
            models[at + 1 : end].decode()
        except UnicodeDecodeError:
            return False
        at = end + _DIGEST
    return at == len(models)


def _unknown(rows: int) -> tuple[Bytes, Bytes]:
    return np.full(rows, CANNOT_TELL, np.uint8), np.full(rows, CANNOT_TELL, np.uint8)


def _all(count: int) -> NDArray[np.bool_]:
    return np.ones(count, np.bool_)
