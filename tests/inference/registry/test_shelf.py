"""Files of models by digest, from a real object store: fetched once, checked each time, few of them kept."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from minio import Minio

from domain.contracts.learning import ModelFormat
from inference.errors import ModelUnusable
from inference.registry import shelf
from inference.registry.shelf import KEPT, ModelOutOfReach, Shelf, pack, unpacked
from infra import objects
from infra.embedded.s3 import S3Server
from tests.conftest import BUCKET

ONNX = ModelFormat.ONNX


@pytest.fixture
def store(s3: S3Server) -> Minio:
    return objects.connect(s3.endpoint, s3.access_key, s3.secret_key)


def put(store: Minio, content: bytes, digest: str | None = None) -> str:
    digest = digest or hashlib.sha256(content).hexdigest()
    store.put_object(BUCKET, f"models/{digest}", io.BytesIO(content), len(content))
    return digest


def test_a_file_is_fetched_once_and_mended_when_it_is_damaged(store: Minio, tmp_path: Path) -> None:
    digest = put(store, b"weights")
    calls: list[int] = []

    def counted() -> Minio:
        calls.append(1)
        return store

    own = Shelf(tmp_path, counted, BUCKET)
    path = own.take(digest, f"models/{digest}", ONNX)
    assert path.read_bytes() == b"weights"
    assert own.take(digest, f"models/{digest}", ONNX) == path
    assert len(calls) == 1
    path.write_bytes(b"wrights")
    assert own.take(digest, f"models/{digest}", ONNX).read_bytes() == b"weights"


def test_what_is_not_what_was_put_in_force_is_not_opened(store: Minio, tmp_path: Path) -> None:
    digest = put(store, b"other", "ab" * 32)
    own = Shelf(tmp_path, lambda: store, BUCKET)
    with pytest.raises(ModelUnusable, match="sha256"):
        own.take(digest, f"models/{digest}", ONNX)
    with pytest.raises(ModelUnusable, match="has no"):
        own.take("cd" * 32, "models/none", ONNX)
    assert list(tmp_path.iterdir()) == []


def test_a_larger_file_than_allowed_is_left_where_it_is(
    store: Minio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "LARGEST_MODEL_BYTES", 3)
    digest = put(store, b"weights")
    with pytest.raises(ModelUnusable, match="larger than 3"):
        Shelf(tmp_path, lambda: store, BUCKET).take(digest, f"models/{digest}", ONNX)


def test_a_store_that_is_away_is_another_matter(tmp_path: Path) -> None:
    away = objects.connect("127.0.0.1:9", "a", "b", attempts=1)
    with pytest.raises(ModelOutOfReach):
        Shelf(tmp_path, lambda: away, BUCKET).take("ab" * 32, "models/x", ONNX)


def test_few_files_stay(store: Minio, tmp_path: Path) -> None:
    own = Shelf(tmp_path, lambda: store, BUCKET)
    digests = [put(store, f"weights {n}".encode()) for n in range(KEPT + 3)]
    for digest in digests:
        own.take(digest, f"models/{digest}", ONNX)
    assert len(list(tmp_path.iterdir())) == KEPT
    assert (tmp_path / f"{digests[-1]}.onnx").exists()


def test_an_openvino_model_is_one_file_that_is_always_the_same(tmp_path: Path) -> None:
    (tmp_path / "m.xml").write_bytes(b"<net/>")
    (tmp_path / "m.bin").write_bytes(b"\0\1")
    for name in ("one.zip", "two.zip"):
        pack(tmp_path / "m.xml", tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    xml = unpacked(tmp_path / "one.zip")
    assert (xml.read_bytes(), xml.with_suffix(".bin").read_bytes()) == (b"<net/>", b"\0\1")


@pytest.mark.parametrize("names", [("model.xml",), ("model.xml", "../model.bin"), ("model.xml", "model.bin", "x")])
def test_other_archives_are_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    with pytest.raises(ModelUnusable, match="not an archive of"):
        unpacked(tmp_path / "m.zip")
    (tmp_path / "n.zip").write_bytes(b"PK")
    with pytest.raises(ModelUnusable):
        unpacked(tmp_path / "n.zip")
