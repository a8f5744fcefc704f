"""Recordings that are analysed later than they were made, as cameras of their own (R27, ADR 20)."""


class ArchiveError(Exception):
    """A recording cannot be analysed; the message says why."""
