"""`python -m tests.e2e.trial [--kills 200] [--seed N] [--pause S] [--json]`: the nightly. Exit code 1: a finding."""

import argparse
import asyncio
import json
import logging
import random
import sys
import tempfile
from pathlib import Path

from tests.e2e.trial.trial import trial


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="only the last line matters then")
    parser.add_argument("--kills", type=int, default=200, help="of nats-server, domain and projections together")
    parser.add_argument("--seed", type=int, default=None, help="decides who dies when; printed")
    parser.add_argument("--pause", type=float, default=1.5, help="seconds between two kills, on average")
    parser.add_argument("--home", type=Path, default=None, help="a new folder that is kept, with all logs")
    asked = parser.parse_args()
    logging.getLogger().setLevel(logging.ERROR)
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    print(f"seed {seed}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="kaska-trial-") as name:
        home = asked.home or Path(name) / "home"
        home.parent.chmod(0o755)
        home.mkdir(parents=True)
        result = asyncio.run(trial(home, asked.kills, seed, asked.pause))
    summary = {
        "bench": "kills",
        "value": len(result.findings),
        "unit": "acknowledged facts lost, doubled, or not proved",
        "peer": "goal",
        "peer_value": 0,
        "ratio": 1.0 if not result.findings else 0.0,
        **result.plain(),
    }
    for finding in result.findings:
        print(finding, file=sys.stderr)
    print(json.dumps(summary, ensure_ascii=False))
    return 1 if result.findings else 0


if __name__ == "__main__":
    sys.exit(main())
