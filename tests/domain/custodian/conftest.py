"""A plant with real servers, whose evidence a custodian looks after."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from minio import Minio

from infra import objects
from infra.embedded.s3 import S3Server
from tests.conftest import OwnNats
from tests.domain.custodian.plant import CustodianPlant


@pytest.fixture
def store(s3: S3Server) -> Minio:
    return objects.connect(s3.endpoint, s3.access_key, s3.secret_key, attempts=1)


@pytest.fixture
def plant(fresh_nats: Callable[[], OwnNats], s3: S3Server, store: Minio, tmp_path: Path) -> Iterator[CustodianPlant]:
    """With a bucket of its own."""
    bucket, home = f"custody-{uuid4().hex[:12]}", tmp_path / "home"
    home.mkdir()
    objects.ensure_bucket(store, bucket)
    with closing(CustodianPlant(fresh_nats(), s3, store, bucket, home)) as plant:
        yield plant
