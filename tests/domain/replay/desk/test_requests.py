"""What the replay desk refuses, and with which sentence; nothing of it becomes a job."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from domain.contracts import codec
from domain.contracts.commands.replies import Refused
from domain.contracts.identifiers import RuleId
from domain.contracts.whatif import (
    APART,
    CANCEL,
    DAYS,
    DWELL_S,
    GAP_S,
    JOB,
    JOBS,
    START,
    WINDOW_S,
    ApartAsked,
    DifferenceKind,
    Job,
    JobId,
    JobRef,
    Jobs,
    JobState,
    Start,
)
from tests.domain.replay.desk.desk import LOWER, DeskProcess, desk_process
from tests.domain.samples import second
from tests.domain.service.test_service import Plant

NOBODYS = JobId(UUID(int=7))
"""There is no job of this id. Fixed: test processes side by side must collect the same tests."""


@pytest.fixture(scope="module")
def desk(plant: Plant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    with desk_process(plant.server, tmp_path_factory.mktemp("home")) as desk:
        yield desk


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rule_id": RuleId("nowhere")}, "there is no rule 'nowhere'; there are: "),
        ({"threshold_min": 0.9, "threshold_max": None}, "thresholds: 0 <= min <= max <= 1"),
        ({"dwell_s": DWELL_S[0] - 0.1}, "dwell_s: 0 to 86400 s"),
        ({"dwell_s": DWELL_S[1] + 0.1}, "dwell_s: 0 to 86400 s"),
        ({"window_s": WINDOW_S[0] - 0.1}, "window_s: 1 to 3600 s"),
        ({"window_s": WINDOW_S[1] + 0.1}, "window_s: 1 to 3600 s"),
        ({"gap_s": GAP_S[0] - 0.05}, "gap_s: 0.1 to 3600 s"),
        ({"gap_s": GAP_S[1] + 0.1}, "gap_s: 0.1 to 3600 s"),
        ({"polygon": ((0.0, 0.0), (1.0, 1.0))}, "zone: "),
        ({"rule_id": RuleId("yard-no-helmet"), "polygon": ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))}, "uses no zone"),
        ({"threshold_min": None, "threshold_max": None}, "nothing would be different"),
        ({"since": second(10), "until": second(10)}, "since: it is not before until"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_no_job(desk: DeskProcess, changes: dict[str, object], words: str) -> None:
    before = desk.given(Jobs, JOBS)
    refused = desk.ask(Job, START, Start(replace(LOWER, **changes), "anna"))  # type: ignore[arg-type]
    assert isinstance(refused, Refused)
    assert refused.code == "variation_refused"
    assert words in refused.message
    assert desk.given(Jobs, JOBS) == before


@pytest.mark.parametrize(
    "changes",
    [{"dwell_s": DWELL_S[0]}, {"window_s": WINDOW_S[0]}, {"gap_s": GAP_S[0]}, {"dwell_s": DWELL_S[1]}],
)
def test_the_ends_of_every_range_can_be_asked(desk: DeskProcess, changes: dict[str, float]) -> None:
    desk.until(desk.start(replace(LOWER, **changes)), JobState.DONE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("subject", "data", "code"),
    [
        (START, b"", "malformed"),
        (START, b'{"asked": {"rule_id": "yard"}}', "malformed"),
        (START, b'{"asked": {"rule_id": "yard", "dwell_s": "long"}, "by": "anna"}', "malformed"),
        (START, b'{"asked": {"rule_id": "yard", "gap_s": NaN}, "by": "anna"}', "malformed"),
        (JOB, b'{"job_id": "1"}', "malformed"),
        (JOB, codec.to_json(JobRef(NOBODYS)), "job_unknown"),
        (CANCEL, codec.to_json(JobRef(NOBODYS)), "job_unknown"),
        (DAYS, codec.to_json(JobRef(NOBODYS)), "job_unknown"),
        (APART, codec.to_json(ApartAsked(NOBODYS, DifferenceKind.NEW)), "job_unknown"),
        (APART, codec.to_json(ApartAsked(NOBODYS, DifferenceKind.NEW, -1)), "malformed"),
        (APART, codec.to_json(ApartAsked(NOBODYS, DifferenceKind.NEW, 0, 101)), "malformed"),
    ],
)
def test_nonsense_gets_an_answer_and_changes_nothing(desk: DeskProcess, subject: str, data: bytes, code: str) -> None:
    before = desk.given(Jobs, JOBS)
    reply = desk.client.run(desk.client.nc.request(subject, data, timeout=20))
    assert codec.load(reply.data)["refused"]["code"] == code
    assert desk.given(Jobs, JOBS) == before
