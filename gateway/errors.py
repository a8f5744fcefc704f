"""What can go wrong in the gateway. Every docstring is the sentence an operator reads."""


class GatewayError(Exception):
    """The gateway cannot do what was asked. `code` is a stable word that the console translates."""

    code = "internal"


class InputRefused(GatewayError):
    """An argument is outside its accepted range; the sentence names it."""

    code = "invalid_input"


class DatabaseBusy(GatewayError):
    """The database does not answer in time; try again in a few seconds."""

    code = "unavailable"


class DomainUnavailable(GatewayError):
    """No domain service takes commands at the moment; nothing was changed."""

    code = "domain_unavailable"


class ReplayUnavailable(GatewayError):
    """No replay desk answers questions about recorded detections at the moment."""

    code = "replay_unavailable"


class TeachingUnavailable(GatewayError):
    """No process that teaches machines answers at the moment."""

    code = "teaching_unavailable"


class InquiryUnavailable(GatewayError):
    """No inquiry process answers questions about incidents at the moment."""

    code = "inquiry_unavailable"


class OutcomeUnknown(GatewayError):
    """The domain service did not answer in time: the command may or may not have been carried out."""

    code = "outcome_unknown"


class ProjectionBehind(GatewayError):
    """The command was carried out, but its result cannot be read yet."""

    code = "projection_behind"


class SubscriberTooSlow(GatewayError):
    """The browser takes changes more slowly than they come: subscribe again and reload."""

    code = "subscriber_too_slow"


class ConsoleNotBuilt(GatewayError):
    """The console is not built: run `npm ci && npm run build` in gateway/console."""

    code = "console_not_built"
