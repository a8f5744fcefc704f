"""`kaska up`: everything for one's own cameras, until Ctrl-C."""

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
    MediaDaysOption,
    MediaGibOption,
    NatsPortOption,
    NodeLiveOption,
    NodeOption,
    ObservationsDaysOption,
    PortOption,
    PostgresPortOption,
    S3PortOption,
    TimeZoneOption,
    checked_endpoint,
    checked_keeping,
    resolved,
)
from infra.detectors import DetectorKind
from infra.keeping import Keeping


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
    detections_days: DetectionsDaysOption = 14,
    detections_gib: DetectionsGibOption = 8,
    archive_days: ArchiveDaysOption = None,
    media_days: MediaDaysOption = None,
    media_gib: MediaGibOption = None,
    observations_days: ObservationsDaysOption = None,
    node: NodeOption = None,
    node_live: NodeLiveOption = "",
) -> None:
    """Запустить всё для своих камер, до Ctrl-C. / Run everything for your own cameras, until Ctrl-C."""
    # Imported here, so that the other commands do not wait for the servers' clients.
    from infra.cli.serving import serve  # noqa: PLC0415
    from infra.supervisor.supervisor import Options  # noqa: PLC0415

    keeping = checked_keeping(
        Keeping(detections_days, detections_gib, archive_days, media_days, media_gib, observations_days)
    )
    ports, own = (port, nats_port, postgres_port, s3_port), camera or []
    live = checked_endpoint(node_live, node)
    options = Options(resolved(home), host, *ports, tz, detector, keeping, node, live, has_local_cameras=bool(own))
    serve(options, own)
