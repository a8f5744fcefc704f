"""The domain's answers to commands."""

from dataclasses import dataclass

from domain.contracts import codec


@dataclass(frozen=True, slots=True)
class Accepted:
    """position: sequence in EVENTS of the last event of the aggregate after the command."""

    position: int


@dataclass(frozen=True, slots=True)
class Refused:
    """code: a stable word that the console translates; message: the English sentence for logs."""

    code: str
    message: str


Reply = Accepted | Refused


def encode_reply(reply: Reply) -> bytes:
    match reply:
        case Accepted(position):
            return codec.to_json(_Position(position))
        case Refused():
            return codec.to_json(_Refusal(reply))


def decode_reply(data: bytes) -> Reply:
    """Raises CodecError."""
    plain = codec.load(data)
    if isinstance(plain, dict) and "refused" in plain:
        return codec.from_plain(_Refusal, plain).refused
    return Accepted(codec.from_plain(_Position, plain).position)


@dataclass(frozen=True, slots=True)
class _Position:
    position: int


@dataclass(frozen=True, slots=True)
class _Refusal:
    refused: Refused
