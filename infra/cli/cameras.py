"""`kaska cameras`: which cameras are in the network, and taking one in (R21, R33)."""

import os
from typing import Annotated

import typer

from infra.cli.options import DEFAULT_HOME, HomeOption, JsonOption, resolved

PASSWORD: str = "KASKA_ONVIF_PASSWORD"  # noqa: S105 - its name

app = typer.Typer(
    help="Камеры: найти, подключить. / Cameras: find them, connect them.", no_args_is_help=True, rich_markup_mode=None
)

UserOption = Annotated[
    str | None,
    typer.Option(
        "--user",
        help=f"Логин камер; пароль спросят или возьмут из {PASSWORD}. / Login; the password is asked for.",
    ),
]


@app.command("discover")
def discover(
    *,
    user: UserOption = None,
    wait: Annotated[
        float, typer.Option("--wait", min=0.5, max=60, help="Секунд ждать ответов. / Seconds to wait for answers.")
    ] = 4.0,
    interface: Annotated[
        str | None,
        typer.Option("--interface", help="IPv4 своей сетевой карты. / IPv4 address of the network card to ask over."),
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option("--host", help="Спросить это устройство; можно повторять. / Ask this device; repeatable."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Найти камеры ONVIF и их потоки. / Find ONVIF cameras and their streams."""
    # Imported here, so that the other commands do not wait for them.
    from infra.cli.finding_cameras import Search, find  # noqa: PLC0415

    password = _password() if user is not None else ""
    raise typer.Exit(find(Search(user, password, wait, interface, tuple(host or ())), as_json=as_json))


@app.command("add")
def add(
    camera: Annotated[str, typer.Argument(help="Имя: a-z, 0-9, дефис. / Identifier: a-z, 0-9, hyphens.")],
    source: Annotated[str, typer.Argument(help="rtsp://… или file://… / main stream.")],
    *,
    name: Annotated[str | None, typer.Option("--name", help="Название. / Name for people.")] = None,
    analysis: Annotated[
        str | None,
        typer.Option("--analysis", help="Второй поток, для анализа. / A second, smaller stream, for the analysis."),
    ] = None,
    fps: Annotated[float, typer.Option("--fps", min=0.2, max=60, help="Кадров в секунду. / Frames a second.")] = 10.0,
    width: Annotated[
        int, typer.Option("--width", min=160, max=3840, help="Ширина для анализа. / Width for the analysis.")
    ] = 1280,
    ppe: Annotated[bool, typer.Option("--ppe", help="Смотреть на каски. / Look at protective equipment.")] = False,
    plates: Annotated[bool, typer.Option("--plates", help="Читать номера машин. / Read number plates.")] = False,
    user: UserOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Подключить камеру к работающей Каске. / Connect a camera to a Kaska that runs."""
    from infra.cli.adding_camera import NewCamera, connect_camera  # noqa: PLC0415

    login = None if user is None else f"{user}:{_password()}"
    new = NewCamera(camera, name or camera, source, analysis, fps, width, ppe, login, plates)
    raise typer.Exit(connect_camera(resolved(home), new))


@app.command("login")
def login(
    camera: Annotated[str, typer.Argument(help="Имя камеры. / Identifier of the camera.")],
    *,
    user: Annotated[str, typer.Option("--user", help="Логин; пароль спросят. / Login; the password is asked for.")],
    analysis: Annotated[
        bool, typer.Option("--analysis", help="Для второго потока. / For the second stream, if it has another one.")
    ] = False,
    address: Annotated[
        str | None,
        typer.Option("--for", help="Адрес камеры, если она ещё не подключена. / Its address, if it is not connected."),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Сохранить логин камеры для её нынешнего адреса. / Keep a camera's login, for the address that it has now."""
    from infra.cli.adding_camera import NewLogin, keep_camera_login  # noqa: PLC0415

    wanted = NewLogin(camera, user, lambda place: _password(f" {place}"), analysis, address)
    raise typer.Exit(keep_camera_login(resolved(home), wanted))


def _password(what: str = "") -> str:
    """Never an argument: those are seen by everybody on the machine."""
    known = os.environ.get(PASSWORD)
    return known if known is not None else str(typer.prompt(f"Пароль / Password{what}", hide_input=True, err=True))
