"""Hands the camera's packets, as they come, to whoever connects to its socket (`infra.live_packets`).

Each reader has a thread of its own that follows the packet ring: nobody waits for a reader, and without one nothing is
done at all. A reader that falls behind goes on with the newest keyframe; one that stops reading is disconnected.
"""

import logging
import select
import socket
import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from infra.live_packets import PacketHeader, listening, packed
from producers.packets import EncodedPacket
from producers.ring import PacketRing

log = logging.getLogger(__name__)

MOST_READERS: Final = 16
SEND_TIMEOUT_S: Final = 2.0
WAIT_S: Final = 1.0
BACKLOG_BYTES: Final = 8 << 20
"""A larger group of pictures is not sent after the event: its reader begins with the next keyframe."""

BEHIND_US: Final = 1_500_000
"""Who is so far behind the newest keyframe goes on with that."""


class Outlet:
    """folder   of the camera's live pictures, `infra.live_views.live_folder`"""

    def __init__(self, folder: Path, ring: PacketRing) -> None:
        self._folder, self._ring = folder, ring
        self._places = threading.BoundedSemaphore(MOST_READERS)
        self._stop = threading.Event()
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Without a place for the socket there is no such live view, and nothing else is missing."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._socket = listening(self._folder)
        except OSError as error:
            log.warning("packets cannot be handed out", extra={"reason": error.strerror or type(error).__name__})
            return
        self._thread = threading.Thread(target=self._accept, args=(self._socket,), name="outlet", daemon=True)
        self._thread.start()

    def close(self, timeout_s: float) -> None:
        """Harmless when repeated."""
        self._stop.set()
        listener, self._socket = self._socket, None
        if listener is not None and self._thread is not None:
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread in `accept`
            self._thread.join(timeout_s)
            listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError as error:
                if self._stop.wait(WAIT_S):
                    return
                log.warning("a reader was not accepted", extra={"reason": error.strerror or type(error).__name__})
                continue
            if not self._places.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(target=self._serve, args=(connection,), name="reader", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.settimeout(SEND_TIMEOUT_S)
                self._hand_out(connection)
        except TimeoutError:
            log.warning("a reader of packets stopped reading")
        except OSError:
            log.debug("a reader of packets is gone")
        finally:
            self._places.release()

    def _hand_out(self, connection: socket.socket) -> None:
        """Until the process ends. Raises OSError when the reader is gone, TimeoutError when it does not read."""
        last_us = self._ring.newest_decode_us
        is_new = True
        while not self._stop.is_set():
            packets = self._ring.wait_behind(last_us, WAIT_S)
            if not packets:
                if _is_gone(connection):
                    return
                continue
            last_us = packets[-1].decode_at_us
            keyframe_us = self._ring.newest_keyframe_us() or 0
            is_new = is_new or keyframe_us - packets[0].decode_at_us > BEHIND_US
            if not is_new:
                _send(connection, packets)
            elif group := _affordable(self._ring.since(keyframe_us - 1)):
                last_us, is_new = group[-1].decode_at_us, False
                _send(connection, group, is_group=True, is_reordered=_is_reordered(self._ring.since(0), group[-1]))


def _send(
    connection: socket.socket, packets: Sequence[EncodedPacket], *, is_group: bool = False, is_reordered: bool = False
) -> None:
    for index, packet in enumerate(packets, 1):
        header = PacketHeader(
            packet.format.codec,
            len(packet.data),
            packet.captured_at_us,
            backlog=len(packets) - index if is_group else 0,
            is_keyframe=packet.is_keyframe,
            is_reordered=is_reordered,
        )
        connection.sendall(packed(header) + packet.data)


def _affordable(group: Sequence[EncodedPacket]) -> Sequence[EncodedPacket]:
    """The group of pictures to begin with; empty when it is too large for that."""
    return group if sum(len(packet.data) for packet in group) <= BACKLOG_BYTES else ()


def _is_reordered(kept: Sequence[EncodedPacket], newest: EncodedPacket) -> bool:
    """Whether pictures of the newest one's format come in another order than they are shown in."""
    alike = [packet for packet in kept if packet.format == newest.format]
    return any(later.captured_at_us < earlier.captured_at_us for earlier, later in pairwise(alike))


def _is_gone(connection: socket.socket) -> bool:
    """A reader sends nothing: whatever comes from it is its end."""
    poll = select.poll()
    poll.register(connection, select.POLLIN | select.POLLRDHUP)
    return bool(poll.poll(0))
