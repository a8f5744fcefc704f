"""JSON lines on stderr, one per record; each process calls `configure` once, first of all."""

import json
import logging
import re
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from domain.contracts.addresses import masked

USERINFO: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^\s\"'<>]*@")
STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

TALKATIVE: Final = ("httpx", "httpcore", "urllib3")
"""Libraries that report every request."""

log = logging.getLogger(__name__)


def configure(process: str, level: int = logging.INFO, path: Path | None = None) -> None:
    """Sends all logging of this process to stderr as JSON lines, uncaught exceptions included.

    process  name of the process in each line, such as `producer.gate`
    path     a file instead of stderr, where a person reads stderr
    """
    handler = logging.StreamHandler(sys.stderr) if path is None else logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(JsonLines(process))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for chatty in TALKATIVE:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def redact(text: str) -> str:
    """The text without the `user:password@` of any URL in it, and without logins behind a host."""
    return masked(USERINFO.sub(r"\g<scheme>***@", text))


class JsonLines(logging.Formatter):
    """at, level, process, logger, message, then the `extra` of the call, then the exception."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(_redacted(line), ensure_ascii=False, default=_as_text)


def _redacted(value: Any) -> Any:
    match value:
        case str():
            return redact(value)
        case dict():
            return {str(key): _redacted(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_redacted(item) for item in value]
        case _:
            return value


def _as_text(value: object) -> str:
    return redact(str(value))


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("uncaught exception", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        name = args.thread.name if args.thread else ""
        trace = (args.exc_type, args.exc_value, args.exc_traceback)
        log.critical("uncaught exception in a thread", exc_info=trace, extra={"thread_name": name})
