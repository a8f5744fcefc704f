"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from infra.detectors import DetectorKind
from infra.keeping import LONGEST_DAYS, MOST_DETECTIONS_DAYS, MOST_GIB, Keeping
from infra.relay.wire import is_endpoint_or_empty

HomeOption = Annotated[
    Path,
    typer.Option(
        "--home", help="Папка с данными, журналами и паролями. / Folder of data, logs and secrets.", envvar="KASKA_HOME"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Ответ для программ. / Answer for programs.")]
CameraOption = Annotated[
    list[str] | None,
    typer.Option(
        "--camera",
        help="Своя камера: rtsp://… или файл; можно повторять. / A camera of your own: rtsp://… or a file; repeatable.",
    ),
]
PortOption = Annotated[int | None, typer.Option("--port", help="Порт консоли. / Port of the console.")]
HostOption = Annotated[str, typer.Option("--host", help="Адрес консоли. / Address the console listens on.")]
NatsPortOption = Annotated[int | None, typer.Option("--nats-port", help="Порт NATS. / Port of NATS.")]
PostgresPortOption = Annotated[
    int | None, typer.Option("--postgres-port", help="Порт PostgreSQL. / Port of PostgreSQL.")
]
S3PortOption = Annotated[
    int | None, typer.Option("--s3-port", help="Порт хранилища объектов. / Port of the object store.")
]
TimeZoneOption = Annotated[
    str, typer.Option("--tz", help="Часовой пояс предприятия. / Time zone of the plant.", envvar="KASKA_PLANT_TZ")
]

NodeOption = Annotated[
    str | None,
    typer.Option(
        "--node",
        help="Имя этого узла, если узлов несколько. / Name of this node, where there are several.",
        envvar="KASKA_NODE",
    ),
]

NodeLiveOption = Annotated[
    str,
    typer.Option(
        "--node-live",
        help="Где другие узлы берут прямой эфир этого: IP:порт. / Where other nodes get this one's live view: IP:port.",
        envvar="KASKA_NODE_LIVE",
    ),
]

DetectorOption = Annotated[
    DetectorKind,
    typer.Option("--detector", help="Что ищет объекты. / What finds objects.", envvar="KASKA_DETECTOR"),
]

DetectionsDaysOption = Annotated[
    int,
    typer.Option(
        "--detections-days",
        min=1,
        max=MOST_DETECTIONS_DAYS,
        help="Сколько дней хранить детекции в потоке. / Days that detections stay in their stream.",
        envvar="KASKA_DETECTIONS_DAYS",
    ),
]
DetectionsGibOption = Annotated[
    int,
    typer.Option(
        "--detections-gib",
        min=1,
        max=MOST_GIB,
        help="Сколько ГиБ они занимают, не больше. / GiB that they may take, the oldest go first.",
        envvar="KASKA_DETECTIONS_GIB",
    ),
]
ArchiveDaysOption = Annotated[
    int | None,
    typer.Option(
        "--archive-days",
        min=1,
        max=LONGEST_DAYS,
        help="Сколько дней хранить архив детекций (365). / Days that archived detections are kept (365).",
        envvar="KASKA_ARCHIVE_DAYS",
    ),
]
MediaDaysOption = Annotated[
    int | None,
    typer.Option(
        "--media-days",
        min=1,
        max=LONGEST_DAYS,
        help="Сколько дней хранить фото и клипы (365). / Days that photos and clips are kept (365).",
        envvar="KASKA_MEDIA_DAYS",
    ),
]
ObservationsDaysOption = Annotated[
    int | None,
    typer.Option(
        "--observations-days",
        min=1,
        max=LONGEST_DAYS,
        help="Сколько дней хранить наблюдения в потоке (400). / Days that observations stay in their stream (400).",
        envvar="KASKA_OBSERVATIONS_DAYS",
    ),
]
MediaGibOption = Annotated[
    int | None,
    typer.Option(
        "--media-gib",
        min=1,
        max=MOST_GIB,
        help="Сколько ГиБ занимают фото и клипы, не больше. / GiB of photos and clips, the oldest go first.",
    ),
]

DEFAULT_HOME = Path("~/.kaska")
DEFAULT_HOST = "127.0.0.1"


def resolved(home: Path) -> Path:
    return home.expanduser().absolute()


def checked_endpoint(text: str, node: str | None) -> str:
    """Raises typer.BadParameter."""
    try:
        is_endpoint_or_empty(text)
    except ValueError as error:
        raise typer.BadParameter(f"--node-live {text}: IP:порт / IP:port, 10.0.0.5:7443 ({error})") from error
    if text and node is None:
        raise typer.BadParameter("--node-live: только вместе с --node / only together with --node")
    return text


def checked_keeping(keeping: Keeping) -> Keeping:
    """Raises typer.BadParameter: an archive that ends before the stream would hold nothing of its own."""
    if keeping.archive_days is not None and keeping.archive_days < keeping.detections_days:
        raise typer.BadParameter(
            f"--archive-days {keeping.archive_days}: не меньше / not less than --detections-days "
            f"({keeping.detections_days})."
        )
    return keeping
