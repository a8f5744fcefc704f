"""Processor time and memory of the home's processes, from outside (`/proc`)."""

import contextlib
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.supervisor.home import children

PROC: Final = Path("/proc")
KIB_OF_MIB: Final = 1024
TICKS: Final = os.sysconf("SC_CLK_TCK")
GONE: Final = (FileNotFoundError, ProcessLookupError, PermissionError)


@dataclass(frozen=True)
class Memory:
    """MiB of one process: resident, and its fair share of pages that several processes map."""

    rss: float
    pss: float


def processor_s(home: Path) -> dict[str, float]:
    """Seconds so far of each child with its own children; all producers together under `producer`."""
    own, parents = _all_processes()
    spent: dict[str, float] = defaultdict(float)
    for name, pid in children(home).items():
        spent[name.partition(".")[0]] += sum(own.get(each, 0.0) for each in _tree(pid, parents))
    spent["bench"] = own.get(os.getpid(), 0.0)
    return dict(spent)


def memory(home: Path) -> dict[str, Memory]:
    """Of each child that lives."""
    found = {}
    for name, pid in children(home).items():
        with contextlib.suppress(*GONE):
            lines = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
            sizes = {line.split(":")[0]: float(line.split()[1]) for line in lines[1:]}
            found[name] = Memory(sizes["Rss"] / KIB_OF_MIB, sizes["Pss"] / KIB_OF_MIB)
    return found


def _all_processes() -> tuple[dict[int, float], dict[int, list[int]]]:
    """Seconds of each process of this machine, and each one's children."""
    own: dict[int, float] = {}
    parents: dict[int, list[int]] = defaultdict(list)
    for folder in PROC.iterdir():
        if not folder.name.isdecimal():
            continue
        with contextlib.suppress(*GONE):
            fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            own[int(folder.name)] = (int(fields[11]) + int(fields[12])) / TICKS
            parents[int(fields[1])].append(int(folder.name))
    return own, parents


def _tree(pid: int, parents: dict[int, list[int]]) -> list[int]:
    return [pid, *(each for child in parents.get(pid, []) for each in _tree(child, parents))]
