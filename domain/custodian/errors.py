"""What can go wrong for the custodian; the docstring is the sentence that the operator reads."""


class CustodianError(Exception):
    """The custodian cannot do its round now; it is tried again."""


class DomainUnsure(CustodianError):
    """The domain service did not say whether a file may go, so it stays."""


class ArchiveFailed(CustodianError):
    """Past days of detections were not archived."""


class Stopped(CustodianError):
    """The process ends; what is left is done at the next start."""
