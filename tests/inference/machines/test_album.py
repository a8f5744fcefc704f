"""Pictures of machines on disk: the same folders as the command's, and no path from what somebody sends."""

import base64
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from domain.contracts.identifiers import IdentifierRefused, ZoneId
from domain.contracts.machines import UNKNOWN
from domain.contracts.teaching import LONGEST_SIDE, PictureBytes
from inference.machines import album
from inference.machines.album import AlbumRefused, Albums, counts
from inference.machines.pictures import read_pictures

LATHE = ZoneId("lathe")
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def png(shade: int, width: int = 60, height: int = 40) -> str:
    pixels = np.full((height, width, 3), shade, np.uint8)
    pixels[::4] = 255 - shade
    return base64.b64encode(cv2.imencode(".png", pixels)[1].tobytes()).decode()


def name_of(picture: str) -> str:
    return hashlib.sha256(base64.b64decode(picture)).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models/machines/lathe"


def labels(albums: Albums) -> dict[str, tuple[str, ...]]:
    return {each.told.picture_id: each.told.states for each in albums.pictures(LATHE)}


def test_a_picture_lies_where_the_command_looks_for_it(tmp_path: Path, folder: Path) -> None:
    albums = Albums(tmp_path)
    albums.add(LATHE, png(1), (), AT)
    albums.add(LATHE, png(2), ("open", "running"), AT)
    albums.add(LATHE, png(2), ("closed",), AT)  # there already: its labels stay
    assert labels(albums) == {name_of(png(1)): (), name_of(png(2)): ("open", "running")}
    assert [len(list((folder / place).iterdir())) for place in ("states/open", "states/running", "unlabelled")] == [
        1
    ] * 3
    [known] = read_pictures(folder / "states")
    assert sorted(known.states.values()) == ["open", "running"]
    told = {each.state: each.pictures for each in counts(albums.pictures(LATHE))}
    assert (told["open"], told["running"], told["closed"], told["red"]) == (1, 1, 0, 0)


def test_other_labels_take_the_place_of_the_old_ones(tmp_path: Path, folder: Path) -> None:
    albums = Albums(tmp_path)
    albums.add(LATHE, png(1), ("open", "red"), AT)
    for states in (("open", "green"), (UNKNOWN,), (), ("closed",)):
        albums.label(LATHE, name_of(png(1)), states)
        assert labels(albums) == {name_of(png(1)): states if states != ("open", "green") else ("green", "open")}
        assert sum(path.is_file() for path in folder.glob("**/*.png")) == max(1, len(states)), "nothing is left behind"
    albums.remove(LATHE, name_of(png(1)))
    assert labels(albums) == {}


def test_pictures_of_the_command_are_seen_and_never_overwritten(tmp_path: Path, folder: Path) -> None:
    for place, shade in (("открыт", 1), ("closed", 2), ("notes", 3)):
        (folder / "states" / place).mkdir(parents=True)
        (folder / "states" / place / "1.png").write_bytes(base64.b64decode(png(shade)))
    albums = Albums(tmp_path)
    assert labels(albums) == {name_of(png(1)): ("open",), name_of(png(2)): ("closed",)}
    albums.label(LATHE, name_of(png(1)), ("closed",))
    assert labels(albums) == {name_of(png(1)): ("closed",), name_of(png(2)): ("closed",)}
    assert (folder / "states/notes/1.png").exists(), "a folder that means no state is left alone"


def test_a_large_picture_is_told_smaller(tmp_path: Path, folder: Path) -> None:
    (folder / "states/open").mkdir(parents=True)
    noise = np.random.default_rng(1).integers(0, 255, (700, 900, 3)).astype(np.uint8)
    cv2.imwrite(str(folder / "states/open/noise.bmp"), noise)
    albums = Albums(tmp_path)
    [name] = labels(albums)
    told = albums.bytes_of(LATHE, name)
    assert told.media_type == "image/jpeg"
    shown = cv2.imdecode(np.frombuffer(base64.b64decode(told.data), np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert max(shown.shape) == LONGEST_SIDE
    albums.add(LATHE, png(1), (), AT)
    assert albums.bytes_of(LATHE, name_of(png(1))) == PictureBytes("image/png", png(1))


@pytest.mark.parametrize(
    ("picture", "states", "code"),
    [
        ("%%%", (), "picture_refused"),
        (base64.b64encode(b"GIF89a").decode(), (), "picture_refused"),
        (png(1)[:-24], (), "picture_refused"),  # cut off
        (png(1, width=LONGEST_SIDE + 1), (), "picture_refused"),
        (png(1), ("open", "closed"), "states_refused"),
        (png(1), ("open", UNKNOWN), "states_refused"),
        (png(1), ("open", "open"), "states_refused"),
        (png(1), ("../../../etc",), "states_refused"),
    ],
)
def test_what_is_no_picture_or_no_state_is_refused(
    tmp_path: Path, picture: str, states: tuple[str, ...], code: str
) -> None:
    with pytest.raises(AlbumRefused) as refused:
        Albums(tmp_path).add(LATHE, picture, states, AT)
    assert refused.value.code == code
    assert not list(tmp_path.iterdir()), "nothing was written"


def test_names_that_lead_elsewhere_find_nothing(tmp_path: Path) -> None:
    albums = Albums(tmp_path)
    albums.add(LATHE, png(1), ("open",), AT)
    for name in ("", "../x", name_of(png(2)), f"{name_of(png(1))}.png"):
        for ask in (albums.bytes_of, albums.remove):
            with pytest.raises(AlbumRefused, match="no such picture"):
                ask(LATHE, name)
        with pytest.raises(AlbumRefused, match="no such picture"):
            albums.label(LATHE, name, ("closed",))
    for zone in ("..", "../lathe", "a/b", ""):
        with pytest.raises(IdentifierRefused):
            albums.pictures(ZoneId(zone))


def test_an_album_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(album, "MOST_PICTURES", 2)
    albums = Albums(tmp_path)
    for shade in (1, 2, 2):
        albums.add(LATHE, png(shade), (), AT)
    with pytest.raises(AlbumRefused) as refused:
        albums.add(LATHE, png(3), (), AT)
    assert refused.value.code == "album_full"
