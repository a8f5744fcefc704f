"""A process ends when it is told to, whichever of its threads the signal reaches."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from infra.checkout import CHECKOUT
from infra.stopping import StopEvent

WAITING = """
import signal, threading, time
from infra.stopping import stopping_on_signals

stopping = stopping_on_signals()
other = threading.Thread(target=time.sleep, args=(60,), daemon=True)
other.start()
{signal}
print("waits", flush=True)
stopping.wait()
print("ended", flush=True)
"""
TO_ANOTHER_THREAD = "threading.Timer(0.3, lambda: signal.pthread_kill(other.ident, signal.SIGTERM)).start()"


def waiting(signal_line: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-P", "-c", WAITING.format(signal=signal_line)]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_wait(number: signal.Signals) -> None:
    with waiting("") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waits\n"
        process.send_signal(number)
        assert process.communicate(timeout=20)[0] == "ended\n"
        assert process.returncode == 0


def test_a_signal_that_another_thread_receives_ends_it_too() -> None:
    with waiting(TO_ANOTHER_THREAD) as process:
        try:
            assert process.communicate(timeout=20)[0] == "waits\nended\n"
        finally:
            process.kill()


def test_it_waits_no_longer_than_asked() -> None:
    event = StopEvent()
    started = time.monotonic()
    assert not event.wait(0.6)
    assert time.monotonic() - started >= 0.6
    assert not event.wait(0)
    threading.Timer(0.05, event.set).start()
    assert event.wait()
    assert event.wait(0)
