"""A bag that somebody leaves on a street (ABODA), beside the usual detector of what has stopped."""

import pytest

from tests.inference.objects.hall import PALLET
from tests.inference.objects.peer import LIGHTS, RECORDINGS, VIDEOS, both, recorded, rendered, scored

ABODA = RECORDINGS[0]


@pytest.mark.skipif(not (VIDEOS / ABODA.path).is_file(), reason="the recordings of ../shared are not here")
def test_a_bag_that_is_left_on_a_street_is_found_and_nothing_else() -> None:
    """Without anybody tracking the people who walk there: harder than in life."""
    assert ABODA.bag is not None
    ours, theirs, (height, width), _ = both(recorded(ABODA, tracked=False))
    x1, y1, x2, y2 = ABODA.bag
    bag = (int(x1 * width), int(y1 * height), int(x2 * width), int(y2 * height))
    assert scored(ours, bag) == (1, 0)
    assert scored(theirs, bag)[1] > 0, "the peer finds it too, and more"


def test_a_change_of_the_light_costs_the_usual_detector_false_alarms() -> None:
    ours, theirs, _, _ = both(rendered(LIGHTS["half of the lamps off"], seconds=45))
    assert scored(ours, PALLET.box) == (1, 0)
    assert scored(theirs, PALLET.box)[1] > 5
