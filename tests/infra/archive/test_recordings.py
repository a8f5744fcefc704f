"""Which recordings there are, when they were made, and what is no recording."""

from datetime import UTC, datetime
from pathlib import Path

import av
import pytest

from infra.archive import ArchiveError
from infra.archive.recordings import recordings_in
from tests.producers.footage import encode

EIGHT = datetime(2026, 3, 12, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return encode(tmp_path_factory.mktemp("short") / "short.mp4", seconds=1, width=64, height=48)


def put(folder: Path, short: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(short.read_bytes())


def starts(folder: Path, at: datetime | None = None, tz: str = "Europe/Moscow") -> list[tuple[str, datetime]]:
    found = recordings_in(folder, at, tz)
    return [(each.path.name, datetime.fromtimestamp(each.start_us / 1e6, UTC)) for each in found]


def test_a_recording_knows_its_length_rate_and_size(short: Path) -> None:
    [found] = recordings_in(short, EIGHT, "UTC")
    assert (found.duration_us, found.fps, found.width, found.height, found.codec) == (1_000_000, 25, 64, 48, "h264")
    assert found.end_us - found.start_us == 1_000_000


@pytest.mark.parametrize(
    "name",
    [
        "20260312_080000.mp4",
        "2026-03-12_08-00-00.mp4",
        "gate 2026-03-12 08.00.00.mp4",
        "NVR_ch1_main_20260312080000_20260312090000.mp4",
        "2026-03-12T08-00-00Z.mp4",
    ],
)
def test_the_name_of_a_file_says_when_it_was_made_in_the_plants_time(name: str, short: Path, tmp_path: Path) -> None:
    put(tmp_path, short, name)
    assert starts(tmp_path) == [(name, datetime(2026, 3, 12, 5, tzinfo=UTC))]


def test_a_folder_is_put_in_the_order_of_its_times_whatever_else_lies_in_it(short: Path, tmp_path: Path) -> None:
    put(tmp_path, short, "b_20260312_080000.mp4", "a_20260312_090000.mp4", "notes.txt", ".20260312_070000.txt")
    assert [name for name, _ in starts(tmp_path)] == ["b_20260312_080000.mp4", "a_20260312_090000.mp4"]


def test_a_start_that_is_said_puts_the_files_one_after_another(short: Path, tmp_path: Path) -> None:
    put(tmp_path, short, "1.mp4", "2.mp4")
    assert [at.second for _, at in starts(tmp_path, EIGHT)] == [0, 1]


def test_the_container_says_when_it_was_made_and_the_date_on_the_disk_does_not(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    made = encode(tmp_path / "made.mp4", seconds=1, width=64, height=48)
    with av.open(str(made)) as source, av.open(str(path), "w") as target:
        target.metadata["creation_time"] = "2026-03-12T08:00:00Z"
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    assert starts(path)[0][1] == EIGHT
    with pytest.raises(ArchiveError, match="--at"):
        recordings_in(tmp_path / "made.mp4", None, "UTC")


def test_a_name_with_a_day_that_never_was_is_refused(short: Path, tmp_path: Path) -> None:
    put(tmp_path, short, "20260231_080000.mp4")
    with pytest.raises(ArchiveError, match="no such day"):
        starts(tmp_path)


@pytest.mark.parametrize("name", ["garbage.mp4", "list.m3u8", "script.txt"])
def test_what_is_no_local_video_is_refused(name: str, tmp_path: Path) -> None:
    """FAULTS C15: a list of other addresses is not followed."""
    path = tmp_path / name
    path.write_text("#EXTM3U\n#EXTINF:1,\nhttp://169.254.169.254/latest\n" * 9)
    with pytest.raises(ArchiveError, match="not a video"):
        recordings_in(path, EIGHT, "UTC")


def test_nothing_to_analyse_is_said(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no video"):
        recordings_in(tmp_path, EIGHT, "UTC")
    with pytest.raises(ArchiveError, match="neither a file nor a folder"):
        recordings_in(tmp_path / "missing", EIGHT, "UTC")
