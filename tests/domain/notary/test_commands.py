"""The process and the auditor's commands, started as they are: verify, copy, and what they must catch."""

import random
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from minio import Minio

from domain.notary.key import read_public
from domain.notary.streams import read_events
from domain.notary.vault import list_copies
from domain.notary.verifying import verify_file
from domain.proof.history import Record, read_history, write_history
from domain.proof.leaf import LoggedEvent
from infra.nats.streams import ensure_streams
from tests.domain.notary.commands import Commands, until
from tests.domain.notary.plant import NotaryPlant
from tests.domain.notary.story import Story

Process = subprocess.Popen[str]


def test_the_process_signs_copies_and_ends_in_order(
    plant: NotaryPlant, commands: Commands, store: Minio, notary: Process
) -> None:
    plant.append(5)
    until(plant.notes)
    plant.append(5)
    until(lambda: plant.checkpoints()[-1].size == 10)
    until(lambda: len(list_copies(store, plant.bucket)) == len(plant.notes()))
    plant.append(1)
    notary.send_signal(signal.SIGTERM)
    assert notary.wait(20) == 0
    assert plant.checkpoints()[-1].size == 11
    answer = commands.run("verify", "--json")
    assert answer.code == 0
    assert answer.plain["holds"] is True
    assert (answer.plain["events"], answer.plain["signed_events"], answer.plain["aggregates"]) == (11, 11, 3)
    assert answer.plain["checkpoints"] == len(plant.notes())
    assert answer.plain["findings"] == []


def test_a_shortened_history_ends_the_process_with_a_sentence(plant: NotaryPlant, commands: Commands) -> None:
    plant.append(5)
    plant.sign()
    plant.empty_events()
    process = commands.start()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "EVENTS ends at 0, but a checkpoint of 5 events was signed" in err


def test_verify_proves_an_incident(plant: NotaryPlant, story: Story, commands: Commands) -> None:
    plant.sign()
    answer = commands.run("verify", "--incident", story.incident, "--json").plain
    assert answer["holds"] is True
    assert [proof["topic"] for proof in answer["proofs"]] == [
        "incident.opened.v1",
        "incident.violation_recognised.v1",
        "incident.evidence_attached.v1",
        "incident.evidence_attached.v1",
        "incident.commented.v1",
    ]
    text = commands.run("verify", "--incident", story.incident)
    assert "The history is untouched" in text.out
    unknown = commands.run("verify", "--incident", "unknown", "--json")
    assert (unknown.code, unknown.plain["findings"]) == (1, ["incident unknown is not under any signed checkpoint"])


def test_verify_finds_a_message_that_the_event_store_has_not_written(plant: NotaryPlant, commands: Commands) -> None:
    plant.append(3)
    plant.forge()
    plant.sign()
    answer = commands.run("verify", "--json")
    assert answer.code == 1
    assert answer.plain["findings"] == ["es.incident.forged, sequence 4: not written by the event store"]


def test_verify_finds_a_rewritten_history(plant: NotaryPlant, commands: Commands) -> None:
    plant.append(6)
    plant.sign()
    plant.empty_events()
    plant.append(6, aggregates=2)
    answer = commands.run("verify", "--json")
    assert answer.code == 1
    assert any("the first 6 events are not those" in sentence for sentence in answer.plain["findings"])


def test_verify_finds_that_streams_and_disk_were_replaced_by_the_locked_copies(
    plant: NotaryPlant, commands: Commands, store: Minio, notary: Process
) -> None:
    """The administrator wipes EVENTS, AUDIT and the home's copy, and writes a shorter history."""
    plant.append(6)
    until(lambda: bool(list_copies(store, plant.bucket)))
    notary.terminate()
    notary.wait(20)
    plant.admin.run(plant.admin.js.delete_stream("AUDIT"))
    (plant.home / "notary" / "signed.note").unlink()
    plant.empty_events()
    plant.append(2)
    answer = commands.run("verify", "--json")
    assert answer.code == 1
    assert any("was signed for" in s or "AUDIT lacks" in s for s in answer.plain["findings"])


def test_verify_goes_on_without_the_object_store_and_says_so(plant: NotaryPlant, commands: Commands) -> None:
    plant.append(3)
    plant.sign()
    answer = commands.run("verify", "--json", KASKA_S3_ENDPOINT="127.0.0.1:1")
    assert (answer.code, answer.plain["copies"]) == (0, None)
    assert "copies of the checkpoints were not checked" in answer.err


def test_a_checkpoint_that_the_auditor_kept_is_checked_too(
    plant: NotaryPlant, commands: Commands, tmp_path: Path
) -> None:
    plant.append(6)
    plant.sign()
    kept = tmp_path / "march.txt"
    kept.write_bytes(plant.notes()[0])
    assert commands.run("verify", "--checkpoint", str(kept), "--json").code == 0
    plant.admin.run(plant.admin.js.delete_stream("AUDIT"))
    (plant.home / "notary" / "signed.note").unlink()
    plant.empty_events()
    plant.append(6, aggregates=1)
    plant.sign()
    assert commands.run("verify", "--json").code == 0, "without a witness a replaced log cannot be told"
    answer = commands.run("verify", "--checkpoint", str(kept), "--json")
    assert answer.code == 1
    assert "march.txt was signed" in answer.plain["findings"][0]


@pytest.mark.parametrize(
    "arguments", [("verify", "--file", "/nonexistent"), ("verify", "--key", "nonsense+"), ("copy", "/proc/x")]
)
def test_trouble_is_one_sentence(plant: NotaryPlant, commands: Commands, arguments: tuple[str, ...]) -> None:
    plant.append(1)
    plant.sign()
    answer = commands.run(*arguments)
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert answer.err.startswith("kaska: ")


def test_without_a_running_kaska_verify_says_so(plant: NotaryPlant, commands: Commands) -> None:
    plant.append(1)
    plant.sign()
    answer = commands.run("verify", KASKA_NATS_URL="")
    assert (answer.code, answer.err) == (2, f"kaska: Kaska is not running in {plant.home}\n")


class TestCopy:
    """A copied history, checked without any server."""

    @pytest.fixture
    def copied(self, plant: NotaryPlant, commands: Commands, story: Story, tmp_path: Path) -> Path:
        for _ in range(3):
            plant.sign()
            plant.append(4)
        plant.sign()
        target = tmp_path / "history.kaska"
        answer = commands.run("copy", str(target), "--json")
        assert answer.plain["events"] == 22
        return target

    def key(self, plant: NotaryPlant) -> str:
        return (plant.home / "secrets" / "notary.pub").read_text().strip()

    def findings(self, plant: NotaryPlant, file: Path) -> list[str]:
        return verify_file(file, read_public(self.key(plant))).audit.findings

    def test_it_is_verified_with_nothing_but_the_public_key(
        self, plant: NotaryPlant, commands: Commands, story: Story, copied: Path, tmp_path: Path
    ) -> None:
        away = {"KASKA_NATS_URL": "", "KASKA_S3_ENDPOINT": "", "KASKA_HOME": str(tmp_path / "elsewhere")}
        asked = ("verify", "--file", str(copied), "--key", self.key(plant), "--incident", story.incident, "--json")
        answer = commands.run(*asked, **away)
        assert (answer.code, answer.err) == (0, "")
        assert (answer.plain["events"], answer.plain["checkpoints"], len(answer.plain["proofs"])) == (22, 4, 5)
        without = commands.run("verify", "--file", str(copied), **away)
        assert without.code == 2

    def test_it_holds_every_event_as_it_was_stored(self, plant: NotaryPlant, copied: Path) -> None:
        with copied.open("rb") as file:
            events = [record for record in read_history(file) if isinstance(record, LoggedEvent)]
        assert events == list(read_events(plant.admin))

    @pytest.mark.parametrize("change", ["payload", "header", "dropped", "swapped"])
    def test_a_careful_change_is_found(self, plant: NotaryPlant, copied: Path, change: str) -> None:
        with copied.open("rb") as file:
            records = list(read_history(file))
        for at in (1, 5, 9):
            rewrite(copied, changed(records, at, change))
            assert self.findings(plant, copied), at
        rewrite(copied, records)
        assert self.findings(plant, copied) == []

    def test_1000_random_changes_of_one_byte_are_all_found(self, plant: NotaryPlant, copied: Path) -> None:
        data, chance = copied.read_bytes(), random.Random(1000)
        for _ in range(1000):
            at = chance.randrange(len(data))
            copied.write_bytes(data[:at] + bytes([data[at] ^ chance.randrange(1, 256)]) + data[at + 1 :])
            assert self.findings(plant, copied), at


def changed(records: list[Record], at: int, change: str) -> Iterable[Record]:
    """The records with the event of sequence `at` touched."""
    index = next(i for i, r in enumerate(records) if isinstance(r, LoggedEvent) and r.sequence == at)
    event: Any = records[index]
    other: Any = next(r for r in records[index + 1 :] if isinstance(r, LoggedEvent))
    match change:
        case "payload":
            new = [replace(event, payload=event.payload.replace(b"rules", b"anna1"))]
        case "header":
            new = [replace(event, topic="incident.dismissed.v1")]
        case "dropped":
            new = []
        case _:
            first, second = replace(other, sequence=at), replace(event, sequence=at + 1)
            return [first if r is event else second if r is other else r for r in records]
    return [*records[:index], *new, *records[index + 1 :]]


def rewrite(target: Path, records: Iterable[Record]) -> None:
    with target.open("wb") as file:
        write_history(file, records)


def test_a_home_without_AUDIT_gets_it_at_the_next_start(plant: NotaryPlant) -> None:
    """An installation of an older version: the supervisor makes what is missing."""
    plant.admin.run(plant.admin.js.delete_stream("AUDIT"))
    plant.admin.run(ensure_streams(plant.admin.js))
    plant.append(1)
    assert plant.sign().size == 1
