"""A minute's coverage says what its camera sent, where the camera's process said so at that time (R42)."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.contracts.detections import to_microseconds
from domain.contracts.observations import MINUTE, Coverage, decode_observation, encode_observation
from domain.contracts.stream_facts import StreamFacts
from inference.streams import with_streams
from infra.stream_report import StreamReport, write_stream_report
from tests.domain.contracts.test_observations import COVERAGE

FACTS = StreamFacts("hevc", 2560, 1440, 24.9, 940)
END_US = to_microseconds(COVERAGE.minute + MINUTE)


def minute_with(tmp_path: Path, report: StreamReport | None, coverage: Coverage = COVERAGE) -> Coverage:
    if report is not None:
        write_stream_report(tmp_path, coverage.camera_id, report)
    (found,) = with_streams([coverage], tmp_path)
    return found


@pytest.mark.parametrize("at_s", [-9, 0, 5])
def test_a_report_of_its_end_is_taken_over_and_kept(tmp_path: Path, at_s: int) -> None:
    found = minute_with(tmp_path, StreamReport(END_US + at_s * 1_000_000, FACTS))
    assert found == replace(COVERAGE, stream=FACTS)
    assert decode_observation("coverage.v1", encode_observation(found)) == found


@pytest.mark.parametrize(
    "report", [None, StreamReport(END_US, None), StreamReport(END_US + 120_000_000, FACTS), StreamReport(0, FACTS)]
)
def test_what_says_nothing_of_the_minute_is_left_out(tmp_path: Path, report: StreamReport | None) -> None:
    assert minute_with(tmp_path, report) == COVERAGE


def test_a_minute_without_pictures_has_no_stream(tmp_path: Path) -> None:
    silent = replace(COVERAGE, captured=0)
    assert minute_with(tmp_path, StreamReport(END_US, FACTS), silent) == silent
