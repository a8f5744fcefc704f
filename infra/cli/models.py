"""`kaska models list|add|use|withdraw`: which models there are, and which of them cameras are looked at with."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.checkout import CHECKOUT
from infra.cli.asking import answer_to, running
from infra.cli.options import DEFAULT_HOME, HomeOption, JsonOption, resolved
from infra.cli.voice import FAILED, TROUBLE, fail, tell

if TYPE_CHECKING:
    from domain.contracts.commands import Command
    from domain.contracts.model_forces import KindForces, Listed
    from infra.cli.registry import InUse, Registered
    from infra.supervisor.home import RunningState

PURPOSE: Final = "models"
VITALS_S: Final = 3.0

models = typer.Typer(help="Реестр моделей. / The registry of models.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="ИМЯ@ДАЙДЖЕСТ, можно начало. / NAME@DIGEST, its beginning will do.")]
CamerasOption = Annotated[
    list[str] | None, typer.Option("--camera", help="На какой камере; без неё на всех. / Which camera; all without it.")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Зачем: останется в истории. / Why: history keeps it.")]


@models.command("list")
def list_(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Показать модели и какие из них в работе. / Show the models, and which of them are in force."""

    folder = resolved(home)
    state = running(folder)
    known = _known(folder, state)
    used = _used(folder, state)
    rows = [_row(version, known, used) for version in known.versions.values()]
    if as_json:
        print(json.dumps({"models": rows, "refused": dict(used.refused)}, ensure_ascii=False))
        return
    for row in rows:
        tell_of = ", ".join(row["in_force"]) or "—"
        print(f"{row['name']}  {row['kind'] or '?':9} {row['licence'] or '?'}")
        print(f"    назначена / in force: {tell_of}; камер / cameras: {row['cameras']}")
    if not rows:
        print("Реестр пуст, работают встроенные модели. / The registry is empty, the built-in models run.")


@models.command()
def add(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="ONNX, или .xml OpenVINO с .bin рядом.")],
    *,
    name: Annotated[str, typer.Option("--name", help="Имя модели: a-z, 0-9, дефис. / Its name.")],
    kind: Annotated[str, typer.Option("--kind", help="detector, ppe или tracker.")],
    licence: Annotated[str, typer.Option("--licence", help="На каких условиях её дали. / Under which licence.")],
    classes: Annotated[
        str, typer.Option("--classes", help="Классы по порядку, если файл их не называет: person,car,…")
    ] = "",
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Проверить файл и внести в реестр. / Try a file and enter it in the registry."""
    from domain.contracts import codec  # noqa: PLC0415
    from domain.contracts.commands.learning import ImportModel  # noqa: PLC0415
    from domain.contracts.identifiers import ModelId  # noqa: PLC0415
    from domain.contracts.learning import ModelForm  # noqa: PLC0415
    from infra import objects  # noqa: PLC0415
    from infra.cli import registry  # noqa: PLC0415

    folder = resolved(home)
    state = running(folder)
    with tempfile.TemporaryDirectory(prefix="kaska-model-") as scratch:
        packed = Path(scratch) / "model"
        form = codec.from_json(ModelForm, _examined(file, kind, classes, packed))
        whole = packed if packed.exists() else file
        try:
            digest, key = registry.upload(folder, state, whole)
        except (*objects.UNAVAILABLE, OSError) as error:
            raise typer.Exit(fail(f"The object store did not take {file}: {error}.", TROUBLE)) from error
        size = whole.stat().st_size
    position = _do(folder, state, ImportModel(ModelId(name), digest, key, size, form, licence))
    if as_json:
        print(json.dumps({"model": name, "digest": digest, "position": position}))
    else:
        print(f"{name}@{digest[: registry.SHORT]}")


@models.command()
def use(
    name: NameArgument,
    camera: CamerasOption = None,
    reason: ReasonOption = "решение оператора",
    wait: Annotated[float, typer.Option("--wait", help="Сколько секунд ждать. / Seconds to wait.")] = 60.0,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Назначить модель камерам без перезапуска. / Put a model in force, without a restart."""
    from domain.contracts.commands.learning import PutModelInForce  # noqa: PLC0415
    from domain.contracts.identifiers import CameraId, ModelId  # noqa: PLC0415
    from infra.cli import registry  # noqa: PLC0415

    folder = resolved(home)
    state = running(folder)
    known = _known(folder, state)
    try:
        version = known.named(name)
    except registry.NotOneVersion as error:
        raise typer.Exit(fail(f"{error}.", FAILED)) from error
    cameras = tuple(CameraId(each) for each in camera or ())
    before = _used(folder, state) if wait > 0 else registry.InUse()
    _do(folder, state, PutModelInForce(ModelId(version.model_id), version.model_version, reason, cameras))
    if version.form is None:
        return
    kind, deadline = version.form.kind, time.monotonic() + wait
    while time.monotonic() < deadline:
        now = _used(folder, state)
        if count := now.cameras.get((kind, version.digest), 0):
            tell(f"Работает, камер: {count}. / It works, cameras: {count}.")
            return
        if now.refused.get(kind.value, 0.0) > before.refused.get(kind.value, 0.0):
            raise typer.Exit(fail("it did not load, the model before stays; the log of inference says why.", FAILED))
    tell("Назначена; загружается без перезапуска. / In force; it is loaded without a restart.")


@models.command()
def withdraw(
    name: Annotated[str, typer.Argument(help="Имя модели. / The model's name.")],
    camera: CamerasOption = None,
    reason: ReasonOption = "решение оператора",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Вернуть камеры к встроенной модели. / Give cameras back to the model that the build brings along."""
    from domain.contracts.commands.learning import WithdrawModel  # noqa: PLC0415
    from domain.contracts.identifiers import CameraId, ModelId  # noqa: PLC0415

    folder = resolved(home)
    cameras = tuple(CameraId(each) for each in camera or ())
    _do(folder, running(folder), WithdrawModel(ModelId(name), reason, cameras))


def _known(home: Path, state: "RunningState") -> "Registered":
    from infra.cli import registry  # noqa: PLC0415
    from infra.nats.errors import NatsAdapterError  # noqa: PLC0415

    try:
        return registry.read(home, state)
    except NatsAdapterError as error:
        raise typer.Exit(fail(f"The history cannot be read: {error}.", TROUBLE)) from error


def _used(home: Path, state: "RunningState") -> "InUse":
    from infra.cli import registry  # noqa: PLC0415
    from infra.nats.errors import NatsAdapterError  # noqa: PLC0415

    try:
        return asyncio.run(registry.in_use(home, state, VITALS_S))
    except NatsAdapterError as error:
        raise typer.Exit(fail(f"The message server does not answer: {error}.", TROUBLE)) from error


def _do(home: Path, state: "RunningState", command: "Command") -> int:
    """The position of what came of it. Ends the command with the refusal."""
    from domain.contracts.commands import Accepted  # noqa: PLC0415

    reply = answer_to(home, state, command, PURPOSE)
    if not isinstance(reply, Accepted):
        raise typer.Exit(fail(f"{reply.message} ({reply.code}).", FAILED))
    return reply.position


def _examined(file: Path, kind: str, classes: str, packed: Path) -> bytes:
    """What inference says of a file, in a process of its own; an OpenVINO model is packed into one file."""
    command = [sys.executable, "-m", "inference.registry.examine", str(file.absolute()), "--kind", kind]
    command += ["--pack", str(packed), *(f"--class={each.strip()}" for each in classes.split(",") if each.strip())]
    done = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise typer.Exit(fail(f"{file} is no model that the cameras can be looked at with.", FAILED))
    return done.stdout


def _row(version: "Listed", known: "Registered", used: "InUse") -> dict[str, Any]:
    from infra.cli import registry  # noqa: PLC0415

    kind = version.form.kind if version.form else None
    forces = known.forces.of(kind) if kind else None
    where = _where(forces, version.digest) if forces else []
    return {
        "name": f"{version.model_id}@{version.digest[: registry.SHORT]}",
        "digest": version.digest,
        "kind": kind,
        "classes": version.form.classes if version.form else None,
        "licence": version.licence,
        "size_bytes": version.size_bytes,
        "in_force": where,
        "cameras": used.cameras.get((kind, version.digest), 0) if kind else 0,
    }


def _where(forces: "KindForces", digest: str) -> list[str]:
    """The cameras on which a model is in force; `*` for all but those that are named elsewhere."""
    usual = bool(forces.everywhere) and forces.everywhere[0].digest == digest
    own = [c for c, chain in forces.own.items() if chain and chain[0].digest == digest]
    return ["*"] if usual else [*own]
