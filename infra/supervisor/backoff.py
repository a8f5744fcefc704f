"""How long to wait before a child that died is started again."""

import random
from dataclasses import dataclass, field


@dataclass
class Backoff:
    """Doubles from `first_s` to `most_s`, with jitter; a child that lived `healthy_s` starts afresh."""

    first_s: float = 0.2
    most_s: float = 30.0
    healthy_s: float = 60.0
    chance: random.Random = field(default_factory=random.SystemRandom)
    deaths: int = 0

    def after_death(self, lived_s: float) -> float:
        """Seconds to wait, between half of the step and the whole step."""
        if lived_s >= self.healthy_s:
            self.deaths = 0
        step = min(self.most_s, self.first_s * 2.0 ** min(self.deaths, 32))
        self.deaths += 1
        return step * self.chance.uniform(0.5, 1.0)
