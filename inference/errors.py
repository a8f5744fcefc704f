"""What can go wrong in inference; each docstring is the sentence for the operator."""


class InferenceError(Exception):
    """Frames cannot be analysed."""


class ModelUnusable(InferenceError):
    """A model's file is missing, damaged, or not of the form that its detector reads."""


class DetectorBusy(InferenceError):
    """More frames were submitted to a detector than it holds at once: a result must be taken first."""


class DetectorFailed(InferenceError):
    """The detector gave an error instead of a result: its accelerator may be gone. Inference starts again."""
