"""The criteria of a shadow run, each at its border (R180, R181)."""

from dataclasses import replace
from typing import Any

import pytest

from domain.contracts.learning import Criterion, ShadowVerdict
from domain.shadow import verdict
from tests.domain.facts import GOOD_FIGURES

PASSED, UNDECIDED, ROLL_BACK = ShadowVerdict.PASSED, ShadowVerdict.UNDECIDED, ShadowVerdict.ROLL_BACK


@pytest.mark.parametrize(
    ("changes", "expected", "failed"),
    [
        ({}, PASSED, ()),
        ({"missed": 2}, PASSED, ()),  # exactly 1 % of 200
        ({"missed": 3}, UNDECIDED, (Criterion.MISSES,)),
        ({"missed": 20}, UNDECIDED, (Criterion.MISSES,)),  # exactly 10 % does not end the run
        ({"missed": 21}, ROLL_BACK, (Criterion.FAR_TOO_MANY_MISSES,)),
        ({"gained": 0}, UNDECIDED, (Criterion.GAINS,)),
        ({"fp_new": 50}, PASSED, ()),
        ({"fp_new": 51}, UNDECIDED, (Criterion.FALSE_ALARMS,)),
        ({"fp_new": 75}, UNDECIDED, (Criterion.FALSE_ALARMS,)),
        ({"fp_new": 76}, ROLL_BACK, (Criterion.FAR_MORE_FALSE_ALARMS,)),
        ({"hours": 1.0, "fp_new": 40}, PASSED, ()),
        ({"hours": 1.0, "fp_new": 41}, ROLL_BACK, (Criterion.FALSE_ALARMS_PER_HOUR,)),
        ({"recall_new": None}, UNDECIDED, (Criterion.RECALL,)),
        ({"recall_old": None}, UNDECIDED, (Criterion.RECALL,)),
        ({"recall_old": 0.5, "recall_new": 0.51}, UNDECIDED, (Criterion.RECALL,)),
        ({"dup_new": 6}, UNDECIDED, (Criterion.DUPLICATES,)),
        ({"ttd_p95_new_s": 4.0}, PASSED, ()),
        ({"ttd_p95_new_s": 4.1}, UNDECIDED, (Criterion.TTD_P95,)),
        ({"ttd_p95_new_s": 5.1}, ROLL_BACK, (Criterion.FAR_TOO_SLOW,)),
        ({"ttd_mean_new_s": 5.0}, PASSED, ()),
        ({"ttd_mean_new_s": 5.1}, UNDECIDED, (Criterion.TTD_MEAN,)),
        ({"size_bytes": 150_000_000}, PASSED, ()),
        ({"size_bytes": 150_000_001}, UNDECIDED, (Criterion.SIZE,)),
        ({"tp_old": 0, "missed": 0}, PASSED, ()),  # the old model found nothing: nothing could be missed
        ({"fp_old": 0, "fp_new": 1}, ROLL_BACK, (Criterion.FAR_MORE_FALSE_ALARMS,)),
        ({"gained": 0, "dup_new": 6}, UNDECIDED, (Criterion.GAINS, Criterion.DUPLICATES)),
        ({"missed": 30, "ttd_p95_new_s": 6.0}, ROLL_BACK, (Criterion.FAR_TOO_MANY_MISSES, Criterion.FAR_TOO_SLOW)),
    ],
)
def test_a_verdict_names_the_criteria_that_fail(
    changes: dict[str, Any], expected: ShadowVerdict, failed: tuple[Criterion, ...]
) -> None:
    assert verdict(replace(GOOD_FIGURES, **changes)) == (expected, failed)
