"""Copies in a real object-locked bucket: they get there in the end, and nobody can take them away."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from minio import Minio
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from prometheus_client import CollectorRegistry

from domain.notary.vault import PREFIX, Vault, copy_name, fetch_copy, list_copies
from infra import objects
from infra.embedded.ports import any_free_port
from infra.embedded.s3 import S3Server

NewVault = Callable[[Minio], Vault]


@pytest.fixture
def new_vault(bucket: str, tmp_path: Path) -> Iterator[NewVault]:
    """Each call is another run of the process, on the same folder."""
    with ExitStack() as opened:

        def make(store: Minio) -> Vault:
            registry = CollectorRegistry()
            vault = Vault(store, bucket, tmp_path / "waiting", keep_days=1, retry_s=0.05, registry=registry)
            opened.callback(vault.close)
            vault.start()
            return vault

        yield make


def delivered(vault: Vault, limit_s: float = 20.0) -> bool:
    deadline = time.monotonic() + limit_s
    while vault.waiting() and time.monotonic() < deadline:
        time.sleep(0.02)
    return not vault.waiting()


def test_a_copy_is_locked_against_everybody(new_vault: NewVault, store: Minio, bucket: str) -> None:
    vault = new_vault(store)
    vault.keep(7, b"note")
    assert delivered(vault)
    name = copy_name(7, b"note")
    assert list_copies(store, bucket) == {name}
    (version,) = store.list_objects(bucket, prefix=PREFIX + name, include_version=True)
    retention = store.get_object_retention(bucket, PREFIX + name)
    assert retention is not None and retention.mode == "COMPLIANCE"
    with pytest.raises(S3Error, match="Access Denied"):
        store.remove_object(bucket, PREFIX + name, version_id=version.version_id)
    errors = list(store.remove_objects(bucket, [DeleteObject(PREFIX + name, version.version_id)]))
    assert [error.code for error in errors] == ["AccessDenied"]


def test_a_later_version_deceives_nobody(new_vault: NewVault, store: Minio, bucket: str) -> None:
    vault = new_vault(store)
    vault.keep(7, b"note")
    assert delivered(vault)
    name = copy_name(7, b"note")
    store.put_object(bucket, PREFIX + name, io.BytesIO(b"forged"), 6)
    assert fetch_copy(store, bucket, name) == b"note"


def test_a_copy_waits_for_a_store_that_is_away_and_survives_a_restart(
    new_vault: NewVault, s3: S3Server, store: Minio, bucket: str
) -> None:
    away = objects.connect(f"127.0.0.1:{any_free_port()}", s3.access_key, s3.secret_key, attempts=1)
    with closing(new_vault(away)) as vault:
        vault.keep(1, b"one")
        vault.keep(2, b"two")
        time.sleep(0.3)
        assert [path.read_bytes() for path in vault.waiting()] == [b"one", b"two"]
    assert delivered(new_vault(store))
    assert list_copies(store, bucket) == {copy_name(1, b"one"), copy_name(2, b"two")}


def test_a_copy_that_is_there_already_is_not_stored_twice(new_vault: NewVault, store: Minio, bucket: str) -> None:
    for _ in range(2):
        vault = new_vault(store)
        vault.keep(7, b"note")
        assert delivered(vault)
    assert len(list(store.list_objects(bucket, prefix=PREFIX, recursive=True, include_version=True))) == 1


def test_a_bucket_without_lock_is_not_good_enough(new_vault: NewVault, store: Minio, bucket: str) -> None:
    store.make_bucket(bucket)
    vault = new_vault(store)
    vault.keep(7, b"note")
    assert not delivered(vault, limit_s=1.0)
    assert list_copies(store, bucket) == set()
