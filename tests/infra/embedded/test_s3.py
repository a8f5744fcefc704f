"""The embedded object store serves its own keys only and keeps objects over a restart."""

import io

import pytest
from minio.error import S3Error

from infra import objects
from infra.embedded.child import serving
from infra.embedded.s3 import S3Server, port_with_grpc


def test_an_object_is_read_back_in_parts(s3: S3Server) -> None:
    store = objects.connect(s3.endpoint, s3.access_key, s3.secret_key)
    store.put_object("kaska", "a/b.bin", io.BytesIO(b"0123456789"), 10)
    answer = store.get_object("kaska", "a/b.bin", offset=2, length=3)
    assert answer.read() == b"234"
    answer.release_conn()


def test_a_wrong_key_is_refused(s3: S3Server) -> None:
    stranger = objects.connect(s3.endpoint, s3.access_key, "wrong")
    with pytest.raises(S3Error):
        stranger.list_objects("kaska").__next__()


def test_making_the_bucket_twice_is_harmless(s3: S3Server) -> None:
    s3.ensure_bucket("kaska")
    s3.ensure_bucket("kaska")


def test_objects_outlive_a_restart_on_other_ports(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("s3-restart")
    first = S3Server.of(home, port_with_grpc())
    with serving(first, home):
        first.ensure_bucket("kaska")
        store = objects.connect(first.endpoint, first.access_key, first.secret_key)
        store.put_object("kaska", "kept", io.BytesIO(b"kept"), 4)
    second = S3Server.of(home, port_with_grpc())
    with serving(second, home):
        store = objects.connect(second.endpoint, second.access_key, second.secret_key)
        assert store.get_object("kaska", "kept").read() == b"kept"
