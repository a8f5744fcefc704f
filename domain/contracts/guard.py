"""Whether the history is whole: what processes that can see it tell the domain service, and what it tells who asks."""

from dataclasses import dataclass
from typing import Final

from domain.contracts import codec
from domain.contracts.subjects import command_subject

GUARD: Final = command_subject("guard")
"""A request with a GuardReport, or with an empty payload to ask; the reply is a GuardVerdict."""

VERDICT_FILE: Final = "guard/verdict.json"
"""In the home: the newest GuardVerdict of the domain service."""

HISTORY_BROKEN: Final = "history_broken"
"""Code of the refusal while the history is not whole."""


@dataclass(frozen=True, slots=True)
class GuardReport:
    """What one process found wrong with the history, one sentence each; none: from there it looks whole."""

    process: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuardVerdict:
    """What is wrong with the history, by all who told; while it is anything, no command is carried out."""

    reports: tuple[GuardReport, ...]

    @property
    def findings(self) -> tuple[str, ...]:
        return tuple(f"{report.process}: {finding}" for report in self.reports for finding in report.findings)


def decode_report(data: bytes) -> GuardReport:
    """Raises CodecError."""
    return codec.from_json(GuardReport, data)


def decode_verdict(data: bytes) -> GuardVerdict:
    """Raises CodecError."""
    return codec.from_json(GuardVerdict, data)
