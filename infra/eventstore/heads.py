"""Remembers the newest event of the aggregates that were saved last, so that most saves need no read."""

from collections import OrderedDict
from threading import Lock

from infra.eventstore.envelope import Head


class HeadCache:
    """Least recently used goes first. A wrong entry is harmless: the server checks the sequence it leads to.

    size   entries of about 400 bytes; far more than a plant has incidents that go on at once
    """

    def __init__(self, size: int = 2_000) -> None:
        self._size = size
        self._heads: OrderedDict[str, Head] = OrderedDict()
        self._lock = Lock()

    def get(self, subject: str) -> Head | None:
        with self._lock:
            return self._heads.get(subject)

    def put(self, subject: str, head: Head) -> None:
        with self._lock:
            self._heads[subject] = head
            self._heads.move_to_end(subject)
            if len(self._heads) > self._size:
                self._heads.popitem(last=False)

    def drop(self, subject: str) -> None:
        with self._lock:
            self._heads.pop(subject, None)
