"""Evidence on disk: found again after a restart, limited, gone after delivery."""

import hashlib
from pathlib import Path
from uuid import UUID

import pytest

from domain.contracts.plant import EvidenceKind
from producers.errors import SpoolFull
from producers.progress import Progress
from producers.spool import Spool

INCIDENT = UUID("0199a000-0000-7000-8000-000000000001")
PHOTO, CLIP, DETECTIONS = EvidenceKind.PHOTO, EvidenceKind.CLIP, EvidenceKind.DETECTIONS


def put(spool: Spool, data: bytes = b"jpeg") -> None:
    spool.place(INCIDENT, PHOTO).write_bytes(data)
    spool.finish(INCIDENT, PHOTO, 10, 20)


def test_a_finished_piece_is_found_by_the_next_run_with_its_hash(tmp_path: Path) -> None:
    put(Spool(tmp_path, 1000))
    piece = Spool(tmp_path, 1000).find(INCIDENT, PHOTO)
    assert piece is not None
    assert piece.sha256 == hashlib.sha256(b"jpeg").hexdigest()
    assert (piece.size_bytes, piece.captured_from_us, piece.captured_to_us) == (4, 10, 20)
    assert (piece.media_type, piece.path.name) == ("image/jpeg", f"{INCIDENT}.photo.jpg")


def test_a_h265_clip_and_the_box_of_a_photo_are_known_to_the_next_run(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1000)
    for kind in (PHOTO, CLIP):
        spool.place(INCIDENT, kind).write_bytes(b"data")
    spool.finish(INCIDENT, CLIP, 10, 20, codec="hevc")
    spool.finish(INCIDENT, PHOTO, 10, 10, box=(0.1, 0.2, 0.3, 0.4))
    clip, photo = (Spool(tmp_path, 1000).find(INCIDENT, kind) for kind in (CLIP, PHOTO))
    assert clip is not None
    assert photo is not None
    assert (clip.media_type, clip.box) == ("video/mp4; codecs=hev1", None)
    assert (photo.media_type, photo.box) == ("image/jpeg", (0.1, 0.2, 0.3, 0.4))


def test_an_unfinished_piece_is_not_found_and_gone_with_the_next_run(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1000)
    spool.place(INCIDENT, CLIP).write_bytes(b"half")
    assert spool.find(INCIDENT, CLIP) is None
    assert Spool(tmp_path, 1000).size_bytes == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("description", ["", "{", "[]", '{"sha256": 1}', "null"])
def test_a_broken_description_is_as_good_as_none(tmp_path: Path, description: str) -> None:
    spool = Spool(tmp_path, 1000)
    put(spool)
    (tmp_path / f"{INCIDENT}.photo.json").write_text(description)
    assert spool.find(INCIDENT, PHOTO) is None


def test_a_piece_whose_file_was_cut_short_is_not_found(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1000)
    put(spool)
    (tmp_path / f"{INCIDENT}.photo.jpg").write_bytes(b"jp")
    assert spool.find(INCIDENT, PHOTO) is None


def test_a_delivered_piece_leaves_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1000)
    put(spool)
    piece = spool.find(INCIDENT, PHOTO)
    assert piece is not None
    spool.remove(piece)
    assert list(tmp_path.iterdir()) == []
    assert spool.size_bytes == 0


def test_a_full_spool_takes_no_more_until_something_is_delivered(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1000)
    put(spool, b"x" * 1000)
    with pytest.raises(SpoolFull):
        spool.place(INCIDENT, CLIP)
    with pytest.raises(SpoolFull):
        Spool(tmp_path, 1000).place(INCIDENT, CLIP)
    piece = spool.find(INCIDENT, PHOTO)
    assert piece is not None
    spool.remove(piece)
    assert spool.place(INCIDENT, CLIP).name == f"{INCIDENT}.clip.mp4"


def test_the_position_waits_for_the_oldest_incident_that_is_not_done(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "run" / "evidence.json")
    for position in (5, 7):
        progress.begin(position)
        progress.read_to(position)
    progress.read_to(9)
    for kind in EvidenceKind:
        progress.done(7, kind)
    assert (progress.position, progress.read_position) == (4, 9)
    progress.done(5, PHOTO)
    progress.done(5, CLIP)
    assert progress.position == 4
    progress.done(5, DETECTIONS)
    assert progress.position == 9


def test_the_position_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "run" / "evidence.json"
    progress = Progress(path)
    progress.read_to(42)
    progress.save()
    assert Progress(path).position == 42


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"position": null}', "\0"])
def test_an_unreadable_position_means_starting_over(tmp_path: Path, content: str) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(content)
    assert Progress(path).position == 0
