"""The peer's own environment, `.venvs/bench-detect`: made when the bench is first asked for, never by anything else."""

import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

from rich.console import Console

ROOT: Final = Path(__file__).parents[3]
FOLDER: Final = ROOT / ".venvs" / "bench-detect"
PACKAGES: Final = (
    "torch==2.13.0",
    "ultralytics==8.4.190",
    "onnxruntime==1.31.1",
    "onnx",
    "lap",
)


def peer_python() -> Path:
    """Its Python; installs torch and ultralytics the first time, which takes minutes and 2 GB.

    Raises subprocess.CalledProcessError with pip's own words on stderr.
    """
    python = FOLDER / "bin" / "python"
    finished = FOLDER / "installed"
    wanted = "\n".join(PACKAGES)
    if not finished.exists() or finished.read_text(encoding="utf-8") != wanted:
        with Console(stderr=True).status("installing torch and ultralytics for the peer"):
            venv.create(FOLDER, with_pip=True)
            command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
            subprocess.run(command, check=True, stdout=sys.stderr)
        finished.write_text(wanted, encoding="utf-8")
    return python
