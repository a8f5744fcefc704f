"""Files of models in `<home>/models`, each under its digest: fetched once from the object store, checked each time."""

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from minio import Minio
from minio.error import S3Error

from domain.contracts.learning import LARGEST_MODEL_BYTES, ModelFormat
from inference.errors import InferenceError, ModelUnusable
from infra.assets.store import sha256
from infra.objects import MISSING, UNAVAILABLE

IR_MEMBERS: Final = ("model.xml", "model.bin")
"""Of the archive that an OpenVINO model is kept as."""

KEPT: Final = 8
"""Files that stay, the newest used ones: going back to one of them needs no store."""

CHUNK: Final = 1 << 20
SUFFIX: Final = {ModelFormat.ONNX: ".onnx", ModelFormat.OPENVINO: ".zip"}


class ModelOutOfReach(InferenceError):
    """The object store does not answer; the model is fetched when it does."""


class Shelf:
    """folder   belongs to one process
    store    gives the object store's client; called when something is to be fetched
    """

    def __init__(self, folder: Path, store: Callable[[], Minio], bucket: str) -> None:
        self._folder, self._store, self._bucket = folder, store, bucket

    def take(self, digest: str, key: str, form: ModelFormat) -> Path:
        """The model's file, ready to be opened. Raises ModelUnusable, ModelOutOfReach."""
        path = self._folder / f"{digest}{SUFFIX[form]}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or sha256(path) != digest:
                self._fetch(digest, key, path)
            path.touch()
            self._forget(path)
            return path if form is ModelFormat.ONNX else unpacked(path)
        except OSError as error:
            raise ModelOutOfReach(f"{path}: {error}") from error

    def _fetch(self, digest: str, key: str, path: Path) -> None:
        handle, scratch = tempfile.mkstemp(dir=self._folder, prefix=".fetch-")
        try:
            with os.fdopen(handle, "wb") as file:
                found = self._copy(key, file.write)
            if found != digest:
                raise ModelUnusable(f"object {key} has sha256 {found}, not the {digest} that was put in force")
            Path(scratch).replace(path)
        finally:
            Path(scratch).unlink(missing_ok=True)

    def _copy(self, key: str, write: Callable[[bytes], object]) -> str:
        """The sha256 of what was copied."""
        digest, size = hashlib.sha256(), 0
        try:
            reply = self._store().get_object(self._bucket, key)
            try:
                for chunk in reply.stream(CHUNK):
                    size += len(chunk)
                    if size > LARGEST_MODEL_BYTES:
                        raise ModelUnusable(f"object {key} is larger than {LARGEST_MODEL_BYTES} bytes")
                    digest.update(chunk)
                    write(chunk)
            finally:
                reply.close()
                reply.release_conn()
        except S3Error as error:
            if error.code in MISSING:
                raise ModelUnusable(f"the object store has no {key}") from error
            raise ModelOutOfReach(str(error)) from error
        except (*UNAVAILABLE, ValueError) as error:
            raise ModelOutOfReach(f"the object store does not give {key}: {error}") from error
        return digest.hexdigest()

    def _forget(self, in_use: Path) -> None:
        files = sorted(self._folder.glob("[!.]*.*"), key=lambda each: each.stat().st_mtime)
        for path in [each for each in files if each.is_file() and each != in_use][: -(KEPT - 1)]:
            path.unlink(missing_ok=True)
            shutil.rmtree(path.with_suffix(""), ignore_errors=True)


def pack(xml: Path, target: Path) -> None:
    """The two files of an OpenVINO model as one that is the same whenever it is made. Raises OSError."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, part in zip(IR_MEMBERS, (xml, xml.with_suffix(".bin")), strict=True):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part.read_bytes())


def unpacked(path: Path) -> Path:
    """The .xml of an archive, which is taken apart beside it. Raises ModelUnusable, OSError."""
    folder = path.with_suffix("")
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {each.filename: each.file_size for each in archive.infolist()}
            if sorted(sizes) != sorted(IR_MEMBERS) or sum(sizes.values()) > 2 * LARGEST_MODEL_BYTES:
                raise ModelUnusable(f"{path} is not an archive of {' and '.join(IR_MEMBERS)}")
            folder.mkdir(exist_ok=True)
            for name in IR_MEMBERS:
                (folder / name).write_bytes(archive.read(name))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise ModelUnusable(f"{path}: {error}") from error
    return folder / IR_MEMBERS[0]
