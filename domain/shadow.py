"""What a shadow run says of a candidate: the criteria of R180 and R181 on its figures. Pure; called by the model."""

from typing import Final

from domain.contracts.learning import LARGEST_MODEL_BYTES, Criterion, ShadowFigures, ShadowVerdict

MOST_MISSES: Final = 0.01
MISSES_TO_ROLL_BACK: Final = 0.10
LEAST_RECALL_GAIN: Final = 0.02
FALSE_ALARMS_TO_ROLL_BACK: Final = 1.5
FALSE_ALARMS_PER_HOUR_TO_ROLL_BACK: Final = 40.0
SLOWEST_S: Final = 5.0


def verdict(figures: ShadowFigures) -> tuple[ShadowVerdict, tuple[Criterion, ...]]:
    """The verdict, and the criteria that are to blame for it: none when it passed."""
    broken = _broken(figures)
    if broken:
        return ShadowVerdict.ROLL_BACK, broken
    unmet = _unmet(figures)
    return (ShadowVerdict.UNDECIDED if unmet else ShadowVerdict.PASSED), unmet


def _broken(f: ShadowFigures) -> tuple[Criterion, ...]:
    """Criteria of R180: any of them ends the run."""
    tests = {
        Criterion.FAR_TOO_MANY_MISSES: f.missed > MISSES_TO_ROLL_BACK * f.tp_old,
        Criterion.FAR_MORE_FALSE_ALARMS: f.fp_new > FALSE_ALARMS_TO_ROLL_BACK * f.fp_old,
        Criterion.FALSE_ALARMS_PER_HOUR: f.fp_new > FALSE_ALARMS_PER_HOUR_TO_ROLL_BACK * f.hours,
        Criterion.FAR_TOO_SLOW: f.ttd_p95_new_s > SLOWEST_S,
    }
    return tuple(criterion for criterion, fails in tests.items() if fails)


def _unmet(f: ShadowFigures) -> tuple[Criterion, ...]:
    """Criteria of R181: all of them are needed. A recall that nobody has labelled yet is not proven."""
    recall_known = f.recall_old is not None and f.recall_new is not None
    tests = {
        Criterion.MISSES: f.missed > MOST_MISSES * f.tp_old,
        Criterion.GAINS: f.gained <= 0,
        Criterion.FALSE_ALARMS: f.fp_new > f.fp_old,
        Criterion.RECALL: not recall_known or (f.recall_new or 0.0) <= (f.recall_old or 0.0) + LEAST_RECALL_GAIN,
        Criterion.DUPLICATES: f.dup_new > f.dup_old,
        Criterion.TTD_P95: f.ttd_p95_new_s > f.ttd_p95_old_s,
        Criterion.TTD_MEAN: f.ttd_mean_new_s > SLOWEST_S,
        Criterion.SIZE: f.size_bytes > LARGEST_MODEL_BYTES,
    }
    return tuple(criterion for criterion, fails in tests.items() if fails)
