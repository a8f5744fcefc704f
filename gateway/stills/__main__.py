"""`python -m gateway.stills FOLDER`: a still of the live files in a folder to stdout, within its limits."""

import os
import resource
import sys
from pathlib import Path
from typing import Final

from gateway.stills.picture import NoPicture, still

NICE: Final = 10
MOST_MEMORY: Final = 2 << 30
MOST_CPU_S: Final = 10
FAILED: Final = 1


def main() -> int:
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    try:
        data = still(Path(sys.argv[1]))
    except (NoPicture, OSError, ValueError, MemoryError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return FAILED
    sys.stdout.buffer.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
