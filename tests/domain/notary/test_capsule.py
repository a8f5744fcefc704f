"""The capsule of an incident: made from a running Kaska, checked by a program that knows nothing of it."""

import hashlib
import io
import json
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.contracts.plant import EvidenceKind
from domain.notary.key import load_key
from domain.proof import verify_capsule
from domain.proof.verify_capsule import EVENTS, FIRST_LINE, MANIFEST, Rejected, archive, unpack, verify
from tests.domain.notary.commands import Answer, Commands, until
from tests.domain.notary.plant import NotaryPlant
from tests.domain.notary.story import Story
from tests.domain.samples import DETECTOR, PPE


@pytest.fixture
def make(plant: NotaryPlant, story: Story, commands: Commands, tmp_path: Path) -> Callable[[], Answer]:
    """Signs, and makes the capsule `tmp_path/capsule.zip`."""

    def made() -> Answer:
        plant.sign()
        return commands.run("capsule", story.incident, "--out", str(tmp_path / "capsule.zip"), "--json")

    return made


@pytest.fixture
def capsule(make: Callable[[], Answer], tmp_path: Path) -> bytes:
    answer = make()
    assert (answer.code, answer.err) == (0, "")
    return (tmp_path / "capsule.zip").read_bytes()


@pytest.fixture
def key(plant: NotaryPlant, capsule: bytes) -> str:
    """The public key as the auditor got it, not from the capsule."""
    assert capsule
    return (plant.home / "secrets" / "notary.pub").read_text()


def test_it_holds_the_incident_and_all_that_led_to_it(story: Story, capsule: bytes, key: str) -> None:
    answer = verify(capsule, key)
    assert answer["incident"] == story.incident
    assert [(cited["context"], cited["id"], cited["sequence"]) for cited in answer["in_force"]] == [
        ("camera", "yard", 1),
        ("rule", "yard-danger", 3),
        ("zone", "pit", 2),  # as it was then, not as it was drawn later
    ]
    assert answer["models"] == [{"id": m.id, "digest": m.digest} for m in (PPE, DETECTOR)]
    assert (answer["events"], answer["absent"], answer["log_size"]) == (8, [], 10)


def test_any_unzip_opens_it(capsule: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(capsule)) as opened:
        assert opened.testzip() is None
        names = opened.namelist()
        assert opened.read("media/photo.jpg") == b"\xff\xd8 a photo"
    assert names == [MANIFEST, "checkpoint.txt", "notary.pub", EVENTS, "media/photo.jpg", "media/detections.bin"]


def test_the_verifier_runs_alone_in_an_empty_folder(capsule: bytes, key: str, tmp_path: Path) -> None:
    folder = tmp_path / "another machine"
    folder.mkdir()
    shutil.copy(verify_capsule.__file__, folder)
    (folder / "capsule.zip").write_bytes(capsule)
    (folder / "notary.pub").write_text(key)

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-I", "verify_capsule.py", "capsule.zip", *arguments]
        return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, timeout=60, check=False)

    for arguments in ((key,), ("notary.pub",)):
        done = run(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith("VALID\n")
    assert "compare it with one that you trust" in run().stdout
    (folder / "capsule.zip").write_bytes(capsule[:-1] + b"\1")
    assert (run(key).returncode, run(key).stdout) == (
        1,
        "REJECTED: the archive is not exactly what its members make\n",
    )


def test_the_verifier_is_short_and_needs_cryptography_only() -> None:
    source = Path(verify_capsule.__file__).read_text(encoding="utf-8")
    assert len(source.splitlines()) < 200
    imported = {
        line.split()[1].partition(".")[0] for line in source.splitlines() if line.startswith(("import", "from"))
    }
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


@pytest.mark.parametrize("is_key_known", [True, False])
def test_1000_random_changes_of_one_byte_are_all_rejected(capsule: bytes, key: str, is_key_known: bool) -> None:
    chance = random.Random(1000)
    for _ in range(1000):
        at = chance.randrange(len(capsule))
        changed = capsule[:at] + bytes([capsule[at] ^ chance.randrange(1, 256)]) + capsule[at + 1 :]
        with pytest.raises(Exception):  # noqa: B017 - any error is a rejection, see `main`
            verify(changed, key if is_key_known else None)


def test_every_byte_outside_the_members_is_rejected_when_changed(capsule: bytes, key: str) -> None:
    """All of the archive's own structure, not only a sample."""
    inside = set()
    for _, data in unpack(capsule):
        begin = capsule.index(data)
        inside |= set(range(begin, begin + len(data)))
    outside = sorted(set(range(len(capsule))) - inside)
    assert len(outside) > 500
    for at in outside:
        with pytest.raises(Exception):  # noqa: B017
            verify(capsule[:at] + bytes([capsule[at] ^ 1]) + capsule[at + 1 :], key)


@pytest.mark.parametrize(
    "change",
    [lambda c: c + b"\0", lambda c: b"\0" + c, lambda c: c[:-1], lambda c: c[:100], lambda _: b"", lambda c: c * 2],
)
def test_bytes_more_or_less_are_rejected(capsule: bytes, key: str, change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Exception):  # noqa: B017
        verify(change(capsule), key)


def test_another_notarys_key_is_rejected(capsule: bytes, key: str) -> None:
    other = "kaska/x/EVENTS+b47c7bd5+AQ" + "A" * 42
    with pytest.raises(Rejected):
        verify(capsule, other)
    assert verify(capsule, key)


class TestForged:
    """By somebody who holds the notary's key, packs anew and signs the manifest, but cannot change the log."""

    @pytest.fixture
    def forge(self, plant: NotaryPlant, capsule: bytes) -> Callable[..., bytes]:
        signing = load_key(plant.home)
        assert signing is not None

        def forged(changes: dict[str, bytes], manifest: dict[str, Any] | None = None) -> bytes:
            members = {name: changes.get(name, data) for name, data in unpack(capsule)} | changes
            plain = json.loads(members.pop(MANIFEST).decode().partition("\n")[2].rpartition("\n\n")[0])
            plain |= manifest or {}
            plain["members"] = [
                {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                for name, data in members.items()
            ]
            return archive([(MANIFEST, signing.sign(f"{FIRST_LINE}\n{json.dumps(plain)}\n")), *members.items()])

        return forged

    @pytest.fixture
    def events(self, capsule: bytes) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(dict(unpack(capsule))[EVENTS])
        return found

    def test_nothing_changed_is_accepted(self, forge: Callable[..., bytes], key: str) -> None:
        assert verify(forge({}), key)

    @pytest.mark.parametrize(
        ("change", "named"),
        [
            (lambda e: e[-1].update(payload=e[-1]["payload"].replace("anna", "olga")), "not in the log"),
            (lambda e: e[-1].update(topic="incident.dismissed.v1"), "not in the log"),
            (lambda e: e[-1].update(sequence=7), "not in the log"),
            (lambda e: e[-1].update(sequence=1000), "not under the checkpoint"),
            (lambda e: e[-1].update(proof=e[-2]["proof"]), "not in the log"),
            (lambda e: e.pop(-2), "one is missing"),
            (lambda e: e.pop(3), "one is missing"),
            (lambda e: e.reverse(), "one is missing"),
            (lambda e: e.pop(0), "the events are not those that the manifest names"),
        ],
    )
    def test_a_changed_event_is_rejected(
        self,
        forge: Callable[..., bytes],
        events: list[dict[str, Any]],
        key: str,
        change: Callable[[list[dict[str, Any]]], None],
        named: str,
    ) -> None:
        change(events)
        with pytest.raises(Rejected, match=named):
            verify(forge({EVENTS: json.dumps(events).encode()}), key)

    def test_another_photo_is_rejected(self, forge: Callable[..., bytes], key: str) -> None:
        with pytest.raises(Rejected, match="the media are not those of the incident"):
            verify(forge({"media/photo.jpg": b"another"}), key)

    def test_a_file_that_no_event_names_is_rejected(self, forge: Callable[..., bytes], key: str) -> None:
        with pytest.raises(Rejected, match="the media are not those of the incident"):
            verify(forge({"media/extra.jpg": b"extra"}), key)

    def test_another_incidents_capsule_is_rejected(self, forge: Callable[..., bytes], key: str) -> None:
        with pytest.raises(Rejected, match="the incident is not here"):
            verify(forge({}, {"incident": "another"}), key)


def test_missed_and_lost_evidence_is_named(story: Story, make: Callable[[], Answer], tmp_path: Path) -> None:
    story.miss(EvidenceKind.CLIP)
    story.store.remove_object(story.bucket, story.keys["photo"])
    assert make().code == 0
    absent = verify((tmp_path / "capsule.zip").read_bytes())["absent"]
    assert [(gone["kind"], gone["why"]) for gone in absent] == [
        ("photo", "not in the object store"),
        ("clip", "the camera was away"),
    ]


def test_evidence_that_was_altered_in_the_store_gives_no_capsule(
    story: Story, make: Callable[[], Answer], tmp_path: Path
) -> None:
    story.put(EvidenceKind.PHOTO, b"another photo")
    answer = make()
    assert answer.code == 1
    assert "photo.jpg is not the file that was recorded" in answer.err
    assert not (tmp_path / "capsule.zip").exists()


def test_an_incident_newer_than_the_last_checkpoint_needs_the_notary(
    plant: NotaryPlant, story: Story, commands: Commands, tmp_path: Path
) -> None:
    plant.sign()
    story.mark_false()
    answer = commands.run("capsule", story.incident, "--out", str(tmp_path / "c.zip"))
    assert answer.code == 2
    assert "is newer than the last checkpoint, and the notary does not answer" in answer.err


def test_a_running_notary_signs_for_the_capsule(
    plant: NotaryPlant, story: Story, commands: Commands, tmp_path: Path
) -> None:
    plant.sign()
    story.mark_false()
    process = commands.start()
    until(lambda: plant.checkpoints()[-1].size == 11)
    plant.append(1)
    try:
        answer = commands.run("capsule", story.incident, "--out", str(tmp_path / "c.zip"))
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert (answer.code, answer.err) == (0, "")
    assert verify((tmp_path / "c.zip").read_bytes())["log_size"] == 12


def test_an_unknown_incident_is_one_sentence(plant: NotaryPlant, commands: Commands, tmp_path: Path) -> None:
    plant.append(1)
    plant.sign()
    answer = commands.run("capsule", "nobody", "--out", str(tmp_path / "c.zip"))
    assert (answer.code, answer.err) == (1, "kaska: there is no incident nobody in the history\n")


def test_no_capsule_is_made_of_a_broken_history(plant: NotaryPlant, story: Story, make: Callable[[], Answer]) -> None:
    plant.forge()
    answer = make()
    assert answer.code == 1
    assert "not written by the event store" in answer.err
