"""What can go wrong with defects of surfaces; each docstring is the sentence for the operator."""


class DefectsError(Exception):
    """Surfaces cannot be looked at for defects."""


class PicturesRefused(DefectsError):
    """A folder of pictures is not one of `good` and of defects, or holds too few of them."""


class ModelRefused(DefectsError):
    """A file is not a model of defects of this build."""
