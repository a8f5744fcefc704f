"""What may go wrong in an evaluation, as sentences for who started it."""


class EvaluationError(Exception):
    """An evaluation cannot be made."""


class DatasetUnreadable(EvaluationError):
    """A folder holds no labelled recording, or one of its files is not as training/README.md says."""


class StageFailed(EvaluationError):
    """A stage (perception, rules) ended with an error; its own words are above."""
