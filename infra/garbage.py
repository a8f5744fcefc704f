"""Python's collector of cyclic garbage, for processes that make many small objects a second and hardly any cycle."""

import gc
from typing import Final

YOUNG: Final = 20_000
"""New objects until the collector looks at them; Python's own 700 make it look forty times in each second."""


def settle_garbage() -> None:
    """To be called once a process has made what it keeps for its life: the collector passes that over from then on.

    It would otherwise walk through all of it, a few hundred thousand objects of libraries, again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
