"""How commands speak: answers on stdout, everything for the person who waits on stderr, one sentence on failure."""

import sys
from typing import Final

FAILED: Final = 1
TROUBLE: Final = 2

STEPS: Final = {
    "servers": "Запускаю серверы / Starting servers",
    "processes": "Запускаю процессы / Starting processes",
    "cameras": "Подключаю камеры / Registering cameras",
    "watching": "Жду инциденты / Waiting for incidents",
    "rules": "Жду правила / Waiting for the rules",
    "evidence": "Жду фото и клипы / Waiting for photos and clips",
    "stopping": "Останавливаю / Stopping",
}


def fail(sentence: str, code: int) -> int:
    """Tells why, and gives the exit code back."""
    tell(f"kaska: {sentence}")
    return code


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def tell_step(step: str) -> None:
    tell(f"{STEPS[step]}…")
