"""The account that a camera's process writes: minutes, troubles, and what an earlier process left."""

from pathlib import Path

import pytest

from domain.contracts.observations import Dropped, DropReason, GapReason
from infra.capture_report import (
    MINUTE_US,
    CapturedMinute,
    CaptureReport,
    Trouble,
    joined,
    read_report,
    report_path,
)
from producers.capture import CaptureLedger, Tally

S = 1_000_000
START = 28_000_000 * MINUTE_US
MINUTE = START // MINUTE_US


def us(at_s: float) -> int:
    return START + round(at_s * S)


def ledger(folder: Path, tally: Tally, at_s: float = 0) -> CaptureLedger:
    return CaptureLedger(folder, "gate", tally, us(at_s))


def written(folder: Path) -> CaptureReport:
    found = read_report(folder, "gate")
    assert found is not None
    return found


def test_pictures_and_drops_are_counted_by_minute(tmp_path: Path) -> None:
    tally = Tally(captured=1000)
    account = ledger(tmp_path, tally)
    for second in range(1, 71):
        tally.captured += 25
        tally.queue_full += second == 10
        tally.damaged += 2 * (second == 65)
        account.tick(us(second), None)
    assert written(tmp_path) == CaptureReport(
        us(0),
        us(70),
        (
            CapturedMinute(MINUTE, 1500, (Dropped(DropReason.QUEUE_FULL, 1),)),
            CapturedMinute(MINUTE + 1, 250, (Dropped(DropReason.DAMAGED, 2),)),
        ),
    )


def test_trouble_lasts_as_long_as_it_is_told(tmp_path: Path) -> None:
    account = ledger(tmp_path, Tally())
    for second, trouble in enumerate([None, *[GapReason.FROZEN] * 3, GapReason.RECONNECTING, None], 1):
        account.tick(us(second), trouble)
    assert written(tmp_path).troubles == (
        Trouble(us(1), us(4), GapReason.FROZEN),
        Trouble(us(4), us(5), GapReason.RECONNECTING),
    )


def test_a_process_that_starts_again_continues_the_account_and_owns_up_to_the_time_between(tmp_path: Path) -> None:
    tally = Tally()
    first = ledger(tmp_path, tally)
    tally.captured = 100
    first.tick(us(10), GapReason.FROZEN)
    again = Tally(captured=0)
    second = ledger(tmp_path, again, 25)
    again.captured = 50
    second.tick(us(30), None)
    assert written(tmp_path) == CaptureReport(
        us(0),
        us(30),
        (CapturedMinute(MINUTE, 150),),
        (Trouble(us(0), us(10), GapReason.FROZEN), Trouble(us(10), us(25), GapReason.PROCESS_DOWN)),
    )


@pytest.mark.parametrize("at_s", [-5, 241])
def test_an_account_of_another_time_is_not_continued(tmp_path: Path, at_s: float) -> None:
    ledger(tmp_path, Tally()).tick(us(1), GapReason.FROZEN)
    ledger(tmp_path, Tally(), at_s).tick(us(at_s + 1), None)
    assert (written(tmp_path).since_us, written(tmp_path).troubles) == (us(at_s), ())


def test_old_minutes_are_forgotten(tmp_path: Path) -> None:
    account = ledger(tmp_path, Tally())
    for second in range(1, 1200):
        account.tick(us(second), GapReason.FROZEN if second < 60 else None)
    assert (len(written(tmp_path).minutes), written(tmp_path).troubles) == (4, ())


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    account = ledger(tmp_path / "nowhere", Tally())
    account.tick(us(1), None)
    (tmp_path / "nowhere").mkdir()
    account.tick(us(2), None)
    assert written(tmp_path / "nowhere").written_us == us(2)


@pytest.mark.parametrize("data", [b"", b"{", b'{"since_us":1}', b"\xff\xfe"])
def test_a_file_of_another_build_is_as_good_as_none(tmp_path: Path, data: bytes) -> None:
    report_path(tmp_path, "gate").write_bytes(data)
    assert read_report(tmp_path, "gate") is None


def test_troubles_that_touch_are_one() -> None:
    apart = Trouble(us(9), us(10), GapReason.FROZEN)
    found = joined([apart, Trouble(us(1), us(2), GapReason.FROZEN), Trouble(us(2), us(4), GapReason.FROZEN)])
    assert found == (Trouble(us(1), us(4), GapReason.FROZEN), apart)
