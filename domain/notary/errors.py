"""What the notary refuses. Every docstring is the sentence an operator reads."""


class NotaryError(Exception):
    """The notary cannot do what was asked of it."""


class HistoryInconsistent(NotaryError):
    """The history is not the one that was signed: find out who changed it, restore the streams from a copy."""


class KeyUnusable(NotaryError):
    """The notary's key is missing, unreadable or not the one that signed before: restore it from a copy."""


class NotCovered(NotaryError):
    """No signed checkpoint covers these events yet, and the notary does not answer: is it running?"""


class EvidenceAltered(NotaryError):
    """A stored file is not the one whose hash was recorded."""


class IncidentMissing(NotaryError):
    """The history has no incident with this id."""
