"""What can go wrong with the keys of persons. Every docstring is the sentence an operator reads."""

from domain.contracts.codec import CodecError


class PersonsError(Exception):
    """The keys of persons cannot be used."""


class MasterKeyUnusable(PersonsError):
    """The file with the master key of persons is missing, damaged or another one: personal data cannot be read."""


class SealBroken(CodecError):
    """A sealed value is not what was sealed: a byte was changed, or it was moved here from another place."""
