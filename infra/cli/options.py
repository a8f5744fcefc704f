"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from infra.detectors import DetectorKind

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

DetectorOption = Annotated[
    DetectorKind,
    typer.Option("--detector", help="Что ищет объекты. / What finds objects.", envvar="KASKA_DETECTOR"),
]

DEFAULT_HOME = Path("~/.kaska")
DEFAULT_HOST = "127.0.0.1"


def resolved(home: Path) -> Path:
    return home.expanduser().absolute()
