"""`kaska up`: everything for one's own cameras, until Ctrl-C."""

from infra.cli.options import (
    DEFAULT_HOME,
    DEFAULT_HOST,
    CameraOption,
    DetectorOption,
    HomeOption,
    HostOption,
    NatsPortOption,
    PortOption,
    PostgresPortOption,
    S3PortOption,
    TimeZoneOption,
    resolved,
)
from infra.detectors import DetectorKind


def up(
    *,
    home: HomeOption = DEFAULT_HOME,
    camera: CameraOption = None,
    port: PortOption = None,
    host: HostOption = DEFAULT_HOST,
    nats_port: NatsPortOption = None,
    postgres_port: PostgresPortOption = None,
    s3_port: S3PortOption = None,
    tz: TimeZoneOption = "Europe/Moscow",
    detector: DetectorOption = DetectorKind.OPENVINO,
) -> None:
    """Запустить всё для своих камер, до Ctrl-C. / Run everything for your own cameras, until Ctrl-C."""
    # Imported here, so that the other commands do not wait for the servers' clients.
    from infra.cli.serving import serve  # noqa: PLC0415
    from infra.supervisor.supervisor import Options  # noqa: PLC0415

    serve(Options(resolved(home), host, port, nats_port, postgres_port, s3_port, tz, detector), camera or [])
