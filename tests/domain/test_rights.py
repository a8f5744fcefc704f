"""Rights by the facts about roles: what a role gives, to whom, and in which part of the plant."""

import pytest

from domain.contracts.access import WHOLE_PLANT, Right, Scope
from domain.contracts.events import RoleDefined
from domain.contracts.identifiers import CameraId
from domain.rights import Place, covers, everywhere, limits_of
from domain.role import Absent, Defined, Retired, State
from tests.domain.facts import ANNA, BORIS, GATES, OPERATOR, SHOP
from tests.domain.samples import YARD

PUBLISH = Right.PUBLISH_RULES
OTHER = CameraId("other")
YARD_ONLY = Scope(cameras=(YARD,))


def held(scope: Scope, granted: Scope | None = None, rights: tuple[Right, ...] = (PUBLISH,)) -> State:
    """A role that Anna holds."""
    return Defined(RoleDefined(OPERATOR, "Мастер", rights, scope), {ANNA: granted})


@pytest.mark.parametrize(
    ("role", "is_everywhere", "on_yard", "on_other"),
    [
        (held(WHOLE_PLANT), True, True, True),
        (held(WHOLE_PLANT, WHOLE_PLANT), True, True, True),
        (held(YARD_ONLY), False, True, False),
        (held(WHOLE_PLANT, YARD_ONLY), False, True, False),  # the grant is limited
        (held(YARD_ONLY, WHOLE_PLANT), False, True, False),  # never more than the role itself
        (held(Scope(groups=(GATES,))), False, True, False),
        (held(Scope(shops=(SHOP,))), False, True, False),
        (held(Scope(groups=(GATES,)), Scope(cameras=(OTHER,))), False, False, False),  # both limits at once
        (held(WHOLE_PLANT, rights=(Right.VIEW_INCIDENTS,)), False, False, False),
        (Defined(RoleDefined(OPERATOR, "Мастер", (PUBLISH,), WHOLE_PLANT), {BORIS: None}), False, False, False),
        (Retired(), False, False, False),
        (Absent(), False, False, False),
    ],
)
def test_what_one_role_gives(role: State, is_everywhere: bool, on_yard: bool, on_other: bool) -> None:
    limits = limits_of(ANNA, PUBLISH, [role])
    assert everywhere(limits) is is_everywhere
    assert covers(limits, Place(YARD, GATES, SHOP)) is on_yard
    assert covers(limits, Place(OTHER)) is on_other


def test_two_roles_give_what_each_gives_and_no_more() -> None:
    """A limit of the one does not limit the other; a right of the one does not reach into the other's scope."""
    limits = limits_of(ANNA, PUBLISH, [held(YARD_ONLY), held(WHOLE_PLANT, rights=(Right.WATCH_LIVE,))])
    assert covers(limits, Place(YARD))
    assert not covers(limits, Place(OTHER))
    assert everywhere(limits_of(ANNA, PUBLISH, [held(YARD_ONLY), held(WHOLE_PLANT)]))
