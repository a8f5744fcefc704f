"""What can go wrong between a process and the message server. Every docstring is the sentence an operator reads."""


class NatsAdapterError(Exception):
    """The message server did not do what was asked of it."""


class ServerUnreachable(NatsAdapterError):
    """The message server does not answer at its address."""


class ServerTooOld(NatsAdapterError):
    """The message server is too old: it would accept the streams' settings in silence and ignore them."""


class ConnectionClosed(NatsAdapterError):
    """The connection to the message server is closed for good: the process must be started again."""


class NoAnswer(NatsAdapterError):
    """The message server did not answer in time; whether it did what was asked is unknown."""


class Rejected(NatsAdapterError):
    """The message server refused to store a message."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{description} (JetStream error {code})")
        self.code = code


class MessageTooLarge(NatsAdapterError):
    """A message with its headers is larger than the message server takes: store it elsewhere and send a reference."""


class StreamsUnusable(NatsAdapterError):
    """A stream could not be created or has settings that lose facts."""


class HistoryShortened(NatsAdapterError):
    """The stream ends before a position that was already read: acknowledged messages are gone from it."""
