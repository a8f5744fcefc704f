"""The collector passes over what a process keeps for its life, and still finds the cycles that come after."""

import os
import subprocess
import sys

from infra.checkout import CHECKOUT

PROGRAM = """
import gc, weakref
from infra.garbage import YOUNG, settle_garbage

class Node:
    pass

kept = [Node() for _ in range(1000)]
settle_garbage()
print(gc.get_freeze_count() > 1000, gc.get_threshold()[0] == YOUNG)
cycle = Node()
cycle.itself = cycle
gone = weakref.ref(cycle)
del cycle
filler = [[] for _ in range(2 * YOUNG)]
print(gone() is None)
"""


def test_frozen_at_the_start_and_cycles_are_found_later() -> None:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-P", "-c", PROGRAM]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["True"] * 3
