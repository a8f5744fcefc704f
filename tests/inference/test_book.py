"""The coverage book: what is told of each minute, in scenes of seconds after a whole minute."""

from collections.abc import Sequence

import pytest

from domain.contracts import codec
from domain.contracts.detections import FrameAnalysed, ModelRef, from_microseconds
from domain.contracts.identifiers import CameraId
from domain.contracts.observations import Coverage, Dropped, DropReason, Gap, GapReason
from inference.book import BookRecord, CoverageBook, WatchedCamera
from infra.capture_report import MINUTE_US, CapturedMinute, CaptureReport, Trouble
from tests.inference.samples import MODEL

S = 1_000_000
M0 = 28_000_000  # a minute of 2023
T0 = M0 * MINUTE_US
GATE = CameraId("gate")
OTHER_MODEL = ModelRef("other", "cd" * 32)
CAMERA = WatchedCamera(GATE, 0, 10.0)


def us(at_s: float) -> int:
    return T0 + round(at_s * S)


def analyse(book: CoverageBook, start: float, end: float, model: ModelRef = MODEL) -> None:
    """Ten frames a second; the detector looks at the first of each second."""
    for tenth in range(round(start * 10), round(end * 10)):
        book.analysed(analysed(tenth / 10, model, predicted=tenth % 10 != 0))


def analysed(at_s: float, model: ModelRef = MODEL, *, predicted: bool = False) -> FrameAnalysed:
    return FrameAnalysed(GATE, 1, us(at_s), 640, 360, (model,), last_captured_at_us=us(at_s), predicted=predicted)


def report(until: float = 70, *troubles: tuple[float, float, GapReason], since: float = -600) -> CaptureReport:
    minutes = (CapturedMinute(M0, 1500, (Dropped(DropReason.DAMAGED, 3),)), CapturedMinute(M0 + 1, 300))
    return CaptureReport(us(since), us(until), minutes, tuple(Trouble(us(a), us(b), r) for a, b, r in troubles))


def told(
    book: CoverageBook, at_s: float, capture: CaptureReport | None, cameras: Sequence[WatchedCamera] = (CAMERA,)
) -> list[Coverage]:
    return book.close(us(at_s), cameras, {} if capture is None else {GATE: capture})


def gap(a: float, b: float, reason: GapReason) -> Gap:
    return Gap(from_microseconds(us(a)), from_microseconds(us(b)), reason)


@pytest.fixture
def book() -> CoverageBook:
    """Since half a minute before T0, watching up to six seconds after it; the minute before is told."""
    book = CoverageBook(us(-30))
    analyse(book, -30, 6)
    assert [c.gaps for c in told(book, 5.1, report())] == [(gap(-60, -30, GapReason.PROCESS_DOWN),)]
    return book


def test_a_minute_is_told_once_when_it_is_over(book: CoverageBook) -> None:
    analyse(book, 6, 63)
    book.overload(GATE, 7, us(30))
    assert told(book, 64.9, report()) == []
    assert told(book, 65, report()) == [
        Coverage(
            camera_id=GATE,
            minute=from_microseconds(T0),
            since=from_microseconds(T0),
            target_fps=10.0,
            expected=600,
            captured=1500,
            analysed=600,
            detected=60,
            dropped=(Dropped(DropReason.DAMAGED, 3), Dropped(DropReason.OVERLOAD, 7)),
            models=(MODEL,),
            gaps=(),
        )
    ]
    assert told(book, 80, report()) == []


@pytest.mark.parametrize(
    ("capture", "expected"),
    [
        (report(70, (22, 50, GapReason.FROZEN)), [(20, 50, GapReason.FROZEN)]),
        (
            report(70, (21, 31, GapReason.FROZEN), (31, 50, GapReason.CAMERA_UNREACHABLE)),
            [(20, 31, GapReason.FROZEN), (31, 50, GapReason.CAMERA_UNREACHABLE)],
        ),
        (report(70), [(20, 50, GapReason.DAMAGED)]),  # all ran, and damaged pictures were counted
        (None, [(20, 50, GapReason.PROCESS_DOWN)]),  # nobody ever heard of the camera's process
        (report(70, (19, 49, GapReason.PROCESS_DOWN)), [(20, 50, GapReason.PROCESS_DOWN)]),  # it was started again
    ],
)
def test_a_gap_has_the_reason_that_the_cameras_process_gives(
    book: CoverageBook, capture: CaptureReport | None, expected: list[tuple[float, float, GapReason]]
) -> None:
    analyse(book, 6, 20.1)
    analyse(book, 50, 66)
    (coverage,) = told(book, 66, capture)
    assert coverage.gaps == tuple(gap(*each) for each in expected)
    assert coverage.analysed == 301


def test_a_camera_whose_process_died_in_the_minute(book: CoverageBook) -> None:
    analyse(book, 6, 40.1)
    (coverage,) = told(book, 66, report(until=40.5))
    assert coverage.gaps == (gap(40, 60, GapReason.PROCESS_DOWN),)


@pytest.mark.parametrize(("late", "reason"), [(500, GapReason.OVERLOAD), (0, GapReason.NO_FRAMES)])
def test_where_all_ran_the_dropped_frames_say_why(late: int, reason: GapReason) -> None:
    book = CoverageBook(us(0))
    book.overload(GATE, late, us(30))
    whole = CaptureReport(us(-600), us(70), (CapturedMinute(M0, 1500),))
    told(book, 5.1, whole)
    assert [c.gaps for c in told(book, 66, whole)] == [(gap(0, 60, reason),)]


def test_a_new_camera_is_expected_from_its_registration_on() -> None:
    book = CoverageBook(us(-30))
    new = WatchedCamera(GATE, us(45), 8.0)
    analyse(book, 46, 66)
    assert told(book, 50, report(), [new]) == []
    (coverage,) = told(book, 66, report(since=45), [new])
    assert (coverage.since, coverage.expected, coverage.analysed) == (from_microseconds(us(45)), 120, 140)
    assert coverage.gaps == ()


def test_a_model_that_changes_within_the_minute_shows(book: CoverageBook) -> None:
    analyse(book, 6, 30)
    analyse(book, 30, 66, OTHER_MODEL)
    assert told(book, 66, report())[0].models == (MODEL, OTHER_MODEL)


def kept(book: CoverageBook, at_s: float) -> BookRecord:
    """What the next process reads."""
    book.note_alive(us(at_s))
    return codec.from_json(BookRecord, codec.to_json(book.record([])))


def test_a_restart_in_the_minute_goes_on_with_the_account(book: CoverageBook) -> None:
    analyse(book, 6, 20.1)
    again = CoverageBook(us(35), kept(book, 22))
    analyse(again, 37, 66)
    (coverage,) = told(again, 66, report())
    assert coverage.analysed == 201 + 230
    # From the last frame of the one to the first of the other; between the processes nothing ran.
    assert coverage.gaps == (gap(20, 37, GapReason.PROCESS_DOWN),)


def test_after_a_long_pause_the_minutes_in_which_it_ran_are_told_and_no_others(book: CoverageBook) -> None:
    analyse(book, 6, 20.1)
    again = CoverageBook(us(600), kept(book, 20.2))
    analyse(again, 601, 666)
    coverages = told(again, 666, report(700))
    assert [(c.minute, c.analysed) for c in coverages] == [
        (from_microseconds(T0), 201),
        (from_microseconds(us(600)), 590),
    ]
    assert coverages[0].gaps == (gap(20, 60, GapReason.PROCESS_DOWN),)
    assert coverages[1].gaps == ()


def test_a_frame_that_comes_after_its_minute_was_told_changes_nothing(book: CoverageBook) -> None:
    analyse(book, 6, 66)
    told(book, 66, report())
    book.analysed(analysed(59.95))
    assert told(book, 67, report()) == []
    analyse(book, 66, 126)
    assert [c.analysed for c in told(book, 126, report(130))] == [600]


def test_what_is_kept_does_not_grow(book: CoverageBook) -> None:
    for minute in range(30):
        analyse(book, 60 * minute, 60 * minute + 60)
        told(book, 60 * minute + 66, report())
    assert len(book.record([]).minutes) <= 2
    assert len(book.record([]).alive) == 1


def test_C12_a_hung_detector_is_the_reason_up_to_the_next_process(book: CoverageBook) -> None:
    analyse(book, 6, 20)
    book.note_alive(us(30))
    book.stalled(us(20))
    left = codec.from_json(BookRecord, codec.to_json(book.record(())))
    after = CoverageBook(us(36), left)
    analyse(after, 36.5, 66)
    (coverage,) = told(after, 66, report())
    assert coverage.gaps == (gap(19.9, 36.5, GapReason.DETECTOR),)
