"""What can go wrong in a replay; the docstring is the sentence that the operator reads."""


class ReplayError(Exception):
    """The replay cannot be done as asked."""


class VariationRefused(ReplayError):
    """What if what? The rule is unknown, or what is asked of it is not possible."""


class ArchiveDamaged(ReplayError):
    """A file of archived detections is not what was archived."""


class ArchiveUnavailable(ReplayError):
    """The object store with the archived detections does not answer."""
