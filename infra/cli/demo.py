"""`kaska demo`: the demo plant, or one's own cameras, with or without a person at the terminal."""

from typing import Annotated

import typer

from infra.cli.options import (
    DEFAULT_HOME,
    DEFAULT_HOST,
    ArchiveDaysOption,
    CameraOption,
    DetectionsDaysOption,
    DetectionsGibOption,
    DetectorOption,
    HomeOption,
    HostOption,
    JsonOption,
    MediaDaysOption,
    MediaGibOption,
    NatsPortOption,
    ObservationsDaysOption,
    PortOption,
    PostgresPortOption,
    S3PortOption,
    TimeZoneOption,
    checked_keeping,
    resolved,
)
from infra.detectors import DetectorKind
from infra.keeping import Keeping

UntilOption = Annotated[
    int | None,
    typer.Option(
        "--until-incidents",
        min=1,
        help="Остановиться после N инцидентов с фото и клипом. / Stop after N incidents with photo and clip.",
    ),
]
TimeoutOption = Annotated[
    float,
    typer.Option(
        "--timeout",
        min=1,
        help="Сколько секунд ждать их после запуска. / Seconds to wait for them once everything is up.",
    ),
]


def demo(
    *,
    home: HomeOption = DEFAULT_HOME,
    camera: CameraOption = None,
    until_incidents: UntilOption = None,
    timeout: TimeoutOption = 300.0,
    as_json: JsonOption = False,
    port: PortOption = None,
    host: HostOption = DEFAULT_HOST,
    nats_port: NatsPortOption = None,
    postgres_port: PostgresPortOption = None,
    s3_port: S3PortOption = None,
    tz: TimeZoneOption = "Europe/Moscow",
    detector: DetectorOption = DetectorKind.OPENVINO,
    detections_days: DetectionsDaysOption = 14,
    detections_gib: DetectionsGibOption = 8,
    archive_days: ArchiveDaysOption = None,
    media_days: MediaDaysOption = None,
    media_gib: MediaGibOption = None,
    observations_days: ObservationsDaysOption = None,
) -> None:
    """Запустить демо-предприятие. / Run the demo plant."""
    # Imported here, so that the other commands do not wait for video libraries.
    from infra.cli.demonstrating import demonstrate  # noqa: PLC0415
    from infra.demo.session import DemoOrder  # noqa: PLC0415
    from infra.supervisor.supervisor import Options  # noqa: PLC0415

    keeping = checked_keeping(
        Keeping(detections_days, detections_gib, archive_days, media_days, media_gib, observations_days)
    )
    ports = (port, nats_port, postgres_port, s3_port)
    options = Options(resolved(home), host, *ports, tz, detector, keeping, has_local_cameras=True)
    demonstrate(options, DemoOrder(tuple(camera or ()), until_incidents, timeout), as_json=as_json)
