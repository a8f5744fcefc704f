"""`./kaska bench kills [--kills 200] [--json]`: kill -9 at random points; see tests/e2e/trial."""

import sys

from tests.e2e.trial.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
