"""Clients of the object store are made from a process's settings."""

import io
from pathlib import Path

import pytest
from pydantic import SecretStr

from infra import objects
from infra.embedded.s3 import S3Server
from infra.settings import ProcessSettings


def test_a_client_made_from_settings_stores_an_object(s3: S3Server, tmp_path: Path) -> None:
    settings = ProcessSettings(
        home=tmp_path,
        s3_endpoint=s3.endpoint,
        s3_access_key=SecretStr(s3.access_key),
        s3_secret_key=SecretStr(s3.secret_key),
    )
    store = objects.client(settings)
    store.put_object(settings.s3_bucket, "by-settings", io.BytesIO(b"x"), 1)
    assert store.stat_object(settings.s3_bucket, "by-settings").size == 1


def test_a_store_that_is_away_is_told() -> None:
    store = objects.connect("127.0.0.1:9", "key", "secret", attempts=1)
    with pytest.raises(objects.UNAVAILABLE):
        store.list_buckets()
