"""Which sources may be opened at all: the rules of `infra.addresses`, in the words of the producers."""

from infra import addresses
from infra.addresses import Address
from producers.errors import SourceRefused

__all__ = ["Address", "resolve"]


def resolve(source: str, credentials: str | None = None) -> Address:
    """The address of a camera's source; see `infra.addresses.resolve`. Raises SourceRefused."""
    try:
        return addresses.resolve(source, credentials)
    except addresses.AddressRefused as refusal:
        raise SourceRefused(str(refusal)) from None
