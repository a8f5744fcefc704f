"""The object store of photos, clips and detection slices: any S3, spoken to with the `minio` client."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.response import BaseHTTPResponse

from infra.settings import ProcessSettings

CONNECT_TIMEOUT_S: Final = 3.0
READ_TIMEOUT_S: Final = 30.0

MISSING: Final = frozenset({"NoSuchKey", "NoSuchObject", "NoSuchBucket"})
"""Codes of an S3Error that says that there is no such object."""

UNAVAILABLE: Final = (MinioException, urllib3.exceptions.HTTPError, OSError)
"""What a call raises while the store is away or not ready."""


def client(settings: ProcessSettings) -> Minio:
    """A thread-safe client; it retries three times and gives up on a silent server after 30 s."""
    return connect(
        settings.s3_endpoint,
        settings.s3_access_key.get_secret_value(),
        settings.s3_secret_key.get_secret_value(),
    )


def connect(
    endpoint: str, access_key: str, secret_key: str, *, attempts: int = 4, read_timeout_s: float = READ_TIMEOUT_S
) -> Minio:
    """endpoint  `host:port`, plain HTTP"""
    pool = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=read_timeout_s),
        retries=urllib3.Retry(total=attempts - 1, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
        maxsize=16,
    )
    return Minio(
        endpoint, access_key=access_key, secret_key=secret_key, secure=False, region="us-east-1", http_client=pool
    )


def ensure_bucket(store: Minio, bucket: str) -> None:
    """Creates the bucket unless it exists."""
    try:
        if not store.bucket_exists(bucket):
            store.make_bucket(bucket)
    except S3Error as error:
        if error.code not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
            raise


@contextmanager
def opened(store: Minio, bucket: str, key: str) -> Iterator[BaseHTTPResponse | None]:
    """An object to read; None when there is none. Raises one of UNAVAILABLE."""
    try:
        reply = store.get_object(bucket, key)
    except S3Error as error:
        if error.code not in MISSING:
            raise
        yield None
        return
    try:
        yield reply
    finally:
        reply.close()
        reply.release_conn()


def fetch(store: Minio, bucket: str, key: str) -> bytes | None:
    """A whole object; None when there is none. Raises one of UNAVAILABLE."""
    with opened(store, bucket, key) as reply:
        return None if reply is None else bytes(reply.read())


def size_of(store: Minio, bucket: str, key: str) -> int | None:
    """Bytes of an object; None when there is none. Raises one of UNAVAILABLE."""
    try:
        return store.stat_object(bucket, key).size
    except S3Error as error:
        if error.code in MISSING:
            return None
        raise
