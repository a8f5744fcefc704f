"""Where this checkout is: Kaska runs from it, nothing is installed as a package."""

from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parent.parent
