"""`python -m gateway.crops X1 Y1 X2 Y2`: a picture from stdin, the machine's part of it as PNG to stdout."""

import os
import resource
import sys
from typing import Final

from gateway.crops import NO_PICTURE, TOO_SMALL
from gateway.crops.picture import NoPicture, TooSmall, crop_of_machine

NICE: Final = 10
MOST_MEMORY: Final = 2 << 30
MOST_CPU_S: Final = 10


def main() -> int:
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    x1, y1, x2, y2 = map(float, sys.argv[1:5])
    try:
        png = crop_of_machine(sys.stdin.buffer.read(), (x1, y1, x2, y2))
    except TooSmall:
        return TOO_SMALL
    except (NoPicture, MemoryError):
        return NO_PICTURE
    sys.stdout.buffer.write(png)
    return 0


if __name__ == "__main__":
    sys.exit(main())
