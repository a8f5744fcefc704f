"""`kaska passport`: as a person and a program use it, on a home that runs."""

import json
import os
import signal
import subprocess
import sys

import pytest

from infra.checkout import CHECKOUT
from infra.embedded import pidfile
from infra.embedded.s3 import S3Server
from infra.settings import write_secret
from infra.supervisor.home import RunningState, write_state
from tests.domain.inquiry.case import Case
from tests.domain.notary.plant import NotaryPlant


class Kaska:
    """A home whose supervisor is this process, in Berlin."""

    def __init__(self, plant: NotaryPlant, s3: S3Server) -> None:
        self.home = plant.server.server.home
        write_secret(self.home / "secrets" / "s3-reader.json", json.dumps(s3.reader_keys()))
        pidfile.write(self.home / "supervisor.pid", os.getpid(), signal.SIGTERM)
        write_state(self.home, RunningState("", "", plant.server.server.port, 0, s3.port, "Europe/Berlin"))

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "infra.cli", "passport", *arguments, "--home", str(self.home)]
        environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "COLUMNS": "200"}
        return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)


@pytest.fixture
def kaska(plant: NotaryPlant, s3: S3Server) -> Kaska:
    return Kaska(plant, s3)


def test_the_passport_as_json(case: Case, kaska: Kaska) -> None:
    done = kaska.run(case.incident, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert (found["kind"], found["plant_tz"]) == ("passport", "Europe/Berlin")
    known = found["known"]
    assert (known["verdict"], known["decided_by"]) == ("false_positive", "anna")
    assert known["opened"]["object_class"] == "person"
    assert known["decided"]["rule"]["published"]["object_classes"] == ["person"]
    assert known["decided"]["zone"]["drawn"]["polygon"] == [[0.0, 0.0], [0.5, 0.0], [0.5, 1.0], [0.0, 1.0]]
    assert [event["event"].get("reason") for event in known["events"]][-1] == "тень"
    assert len(found["frames"]["frames"]) == found["frames"]["total"] == case.frames + 1
    assert found["frames"]["frames"][0]["seen"]["attributes"][0]["attribute"] == "helmet"
    assert found["path"]["repeats"] is True
    assert [each["stored"] for each in known["files"]] == ["there", None, "there"]


def test_the_passport_as_tables_in_russian_and_plant_time(case: Case, kaska: Kaska) -> None:
    done = kaska.run(case.incident)
    assert (done.returncode, done.stderr) == (0, "")
    for said in (
        f"Паспорт решения {case.incident}",
        "ложное срабатывание (anna)",
        "меньше 40,0 %: отклонено; от 40,0 % до 60,0 %: на проверку; от 60,0 %: нарушение",
        "2026-03-02 10:00:01+01:00",  # the plant is in Berlin
        "Опасная зона (yard-danger), версия 1",
        "оценка поднялась выше порога «нарушение»: 60,",
        "0.100 0.200 0.200 0.600",
        "Оценка выведена заново из этих кадров и равна записанной.",
        "не получено: the camera was away",
        "угол двора",
        "! Контрольной точки, которая покрывает событие, ещё нет",
    ):
        assert said in done.stdout, done.stdout


def test_as_known_at_a_moment_of_the_plant(case: Case, kaska: Kaska) -> None:
    done = kaska.run(case.incident, "--as-known", "2026-03-02T10:00:10", "--json")
    assert done.returncode == 0
    known = json.loads(done.stdout)["known"]
    assert (known["verdict"], known["later_events"]) == ("review", 3)
    assert known["as_known_at"] == "2026-03-02T09:00:10.000000+00:00"
    told = kaska.run(case.incident, "--as-known", "2026-03-02").stdout
    assert "Как было известно на 2026-03-03 00:00:00+01:00" in told
    assert "ложное срабатывание" in told


def test_before_it_was_known_is_told_and_ends_with_1(case: Case, kaska: Kaska) -> None:
    done = kaska.run(case.incident, "--as-known", "2026-03-02T10:00:02")
    assert done.returncode == 1
    assert "На 2026-03-02 10:00:02+01:00 об этом событии ничего не было известно." in done.stdout
    assert "Оно произошло 2026-03-02 10:00:01+01:00, записано 2026-03-02 10:00:03+01:00." in done.stdout
    plain = json.loads(kaska.run(case.incident, "--as-known", "2026-03-02T10:00:02", "--json").stdout)
    assert (plain["kind"], plain["became_known_at"]) == ("not_known_yet", "2026-03-02T09:00:03.000000+00:00")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("00000000-0000-0000-0000-000000000000",), 1, "kaska: there is no such incident in the history\n"),
        (("nobody",), 1, "kaska: there is no such incident in the history\n"),
        (("nobody", "--as-known", "yesterday"), 2, "is no time such as 2026-11-01T12:00"),
        (("nobody", "--as-known", "2026-03-29T02:30"), 2, "clocks in Europe/Berlin are put forward over this time"),
        (("nobody", "--as-known", "2999-01-01T00:00"), 2, "as_known_at: not later than now"),
    ],
)
def test_what_cannot_be_told_is_one_sentence(
    case: Case, kaska: Kaska, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = kaska.run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_a_running_home_it_says_so(kaska: Kaska) -> None:
    (kaska.home / "supervisor.pid").unlink()
    done = kaska.run("nobody")
    assert done.returncode == 2
    assert "is not running in" in done.stderr
