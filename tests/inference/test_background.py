"""Threads that are made in the background stay there, and only they."""

import os
import threading

import pytest

from inference.background import NICE, made_in_background


def nice_of(thread_id: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, thread_id)


def test_what_a_model_starts_gives_way_and_who_asked_does_not() -> None:
    before = nice_of(threading.get_native_id())
    seen: list[int] = []
    ends = threading.Event()

    def make() -> threading.Thread:
        worker = threading.Thread(target=lambda: seen.append(nice_of(threading.get_native_id())))
        worker.start()
        worker.join()
        ends.set()
        return worker

    made_in_background(make)
    assert ends.is_set()
    assert seen == [NICE]
    assert nice_of(threading.get_native_id()) == before


def test_what_goes_wrong_in_it_is_told() -> None:
    def make() -> None:
        raise ValueError("no such model")

    with pytest.raises(ValueError, match="no such model"):
        made_in_background(make)
