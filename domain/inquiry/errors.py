"""What an inquiry cannot answer. Every docstring is the sentence that the operator reads."""


class InquiryError(Exception):
    """The question cannot be answered. `code` is a stable word that the console translates."""

    code = "failed"


class IncidentMissing(InquiryError):
    """The history has no incident with this id."""

    code = "incident_unknown"


class QuestionRefused(InquiryError):
    """The question is outside of what can be asked; the sentence names the field and its range."""

    code = "invalid_input"


class HistoryUnreadable(InquiryError):
    """An event of the incident was written by a newer version of Kaska than this one, or is damaged."""

    code = "history_unreadable"
