"""The trackers that can be chosen, by the words of the settings; `inference/` runs them."""

from enum import StrEnum


class TrackerKind(StrEnum):
    """What knows objects again. All but BYTETRACK are BoxMOT's, in the extra `training`."""

    BYTETRACK = "bytetrack"
    OCSORT = "ocsort"
    BOOSTTRACK = "boosttrack"
    BOTSORT = "botsort"
    DEEPOCSORT = "deepocsort"
    STRONGSORT = "strongsort"
