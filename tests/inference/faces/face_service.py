"""A small face service as a process: `python face_service.py PORT`. What it does is told by the picture's width."""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import cv2
import numpy as np


class Handler(BaseHTTPRequestHandler):
    asked: ClassVar[list[dict[str, object]]] = []

    def do_GET(self) -> None:
        """What was asked so far."""
        self._answer(200, json.dumps(self.asked).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        picture = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR)
        width = picture.shape[1] if picture is not None else 0
        token, kind = self.headers.get("Authorization"), self.headers["Content-Type"]
        self.asked.append({"width": width, "token": token, "kind": kind, "path": self.path})
        match width:
            case 100:
                self._answer(200, b'{"person": "anna", "score": 0.91, "model": "facereg 2.1"}')
            case 101:
                self._answer(200, b'{"person": null, "score": 0.2}')
            case 102:
                self._answer(204, b"")
            case 103:
                self._answer(500, b"{}")
            case 104:
                self._answer(200, b'{"person": "anna", "score": 7}')
            case 105:
                self._answer(200, b'{"person": "' + b"x" * 200_000 + b'", "score": 0.5}')
            case 106:
                self.send_response(302)
                self.send_header("Location", "http://169.254.169.254/")
                self.end_headers()
            case 107:
                self._dribble()
            case 108:
                self._answer(200, b"[" * 60_000)
            case _:
                self._answer(200, b"not JSON")

    def _dribble(self) -> None:
        """Never silent for long, and never done."""
        self.send_response(200)
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.05)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
