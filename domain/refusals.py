"""The root of every "no" that the domain says."""


class Refusal(Exception):
    """The domain refuses a command; `code` is the word that the console translates."""

    code = "refused"


class PlantPartUnknown(Refusal):
    """There is no such camera, zone or rule."""

    code = "plant_part_unknown"


class PlantPartRetired(Refusal):
    """The camera or zone is retired."""

    code = "plant_part_retired"


class ChangedMeanwhile(Refusal):
    """Somebody changed it since the person saw the version that the change is meant for."""

    code = "changed_meanwhile"


class NameTaken(Refusal):
    """There is another one of this name."""

    code = "name_taken"


class RightMissing(Refusal):
    """Whoever asks lacks the right."""

    code = "right_missing"


class PersonErased(Refusal):
    """What was known about this person has been erased."""

    code = "person_erased"
