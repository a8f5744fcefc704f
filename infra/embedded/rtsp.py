"""A real RTSP server that plays files as live cameras: go2rtc, for the demo plant and for tests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.embedded.child import Launch
from infra.embedded.ports import LOOPBACK, accepts_connections
from infra.embedded.programs import ffmpeg


@dataclass(frozen=True)
class RtspServer:
    """Plays each file in an endless loop at its own speed, without re-encoding.

    executable  go2rtc, from `infra.assets.fetch("go2rtc")`
    files       camera to an H.264 file
    """

    home: Path
    port: int
    executable: Path
    files: Mapping[str, Path]
    name: str = "rtsp"

    def url(self, camera_id: str) -> str:
        return f"rtsp://{LOOPBACK}:{self.port}/{camera_id}"

    def launch(self) -> Launch:
        path = self.home / "run" / "go2rtc.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self._configuration(), indent=1), encoding="utf-8")
        return Launch(
            "rtsp", (str(self.executable), "-config", str(path)), cwd=self.home, whole_group=True, stop_limit_s=5.0
        )

    def is_ready(self) -> bool:
        return accepts_connections(self.port)

    def _configuration(self) -> dict[str, object]:
        return {
            "api": {"listen": ""},
            "webrtc": {"listen": ""},
            "srtp": {"listen": ""},
            "rtsp": {"listen": f"{LOOPBACK}:{self.port}"},
            "log": {"level": "info", "format": "text"},
            "streams": {camera: _endless(file) for camera, file in self.files.items()},
        }


def _endless(file: Path) -> str:
    return f'exec:"{ffmpeg()}" -v error -re -stream_loop -1 -i "{file}" -c copy -f rtsp {{output}}'
