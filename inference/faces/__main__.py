"""`./kaska faces enrol|list|erase`: whose faces this installation knows (R85). For who runs the machine."""

import json
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from domain.contracts.access import Provider
from domain.contracts.codec import CodecError
from domain.contracts.commands import Accepted, RegisterUser
from domain.contracts.identifiers import UserId, local_user_id, user_named
from inference.errors import InferenceError
from inference.faces.enrolling import measured, mistaken_for
from inference.faces.local import FaceModels
from infra.cli.asking import answer_to, running
from infra.cli.options import DEFAULT_HOME, HomeOption, JsonOption, resolved
from infra.cli.voice import FAILED, TROUBLE, fail, tell
from infra.embedded.nats import NatsServer
from infra.faces import EnrolledFaces
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.persons.errors import PersonsError
from infra.persons.keys import Keys
from infra.persons.settings import PersonsSettings
from infra.supervisor.home import RunningState

USER: Final = "faces"
"""Of NATS: it may read keys of persons and make none."""

PersonOption = Annotated[
    str, typer.Option("--person", help="Логин или идентификатор человека. / The person's login or identifier.")
]
PicturesArgument = Annotated[
    list[Path], typer.Argument(exists=True, dir_okay=False, help="Снимки лица, по одному лицу. / One face on each.")
]

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.command()
def enrol(
    pictures: PicturesArgument,
    person: PersonOption,
    name: Annotated[str | None, typer.Option("--name", help="Имя нового человека. / A new person's name.")] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Занести лицо; снимки не сохраняются. / Enrol a face; the pictures are not kept."""
    folder = resolved(home)
    state = running(folder)
    try:
        models = FaceModels()
        found = measured(models, pictures)
        with closing(Bridge(NatsServer.of(folder, state.nats_port).url(USER), name="faces-enrol")) as bridge:
            master = PersonsSettings(home=folder).master_key_file
            who = _known_person(folder, state, Keys(bridge, master), person, name)
            keys = Keys(bridge, master)  # that before remembers that the person had no key
            enrolled = EnrolledFaces(folder)
            others = [each for each in enrolled.known(keys, models.refs) if each.person != who]
            double = mistaken_for(found, others)
            if double is not None:
                raise typer.Exit(fail(f"This face is enrolled as {double.person} already.", FAILED))
            if not enrolled.put(keys, who, models.refs, found, datetime.now(UTC)):
                raise typer.Exit(fail(f"{person} was erased: nothing is stored about them any more.", FAILED))
    except (InferenceError, PersonsError, CodecError) as error:
        raise typer.Exit(fail(f"{error}.", FAILED)) from error
    except (NatsAdapterError, OSError) as error:
        raise typer.Exit(fail(f"{error}.", TROUBLE)) from error
    tell(f"Занесено / Enrolled: {who}")


@app.command(name="list")
def show(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Чьи лица занесены. / Whose faces are enrolled."""
    try:
        enrolments = EnrolledFaces(resolved(home)).enrolments()
    except (CodecError, OSError) as error:
        raise typer.Exit(fail(f"{error}.", FAILED)) from error
    rows = [
        {"person": str(e.person), "pictures": e.pictures, "at": e.at.isoformat(), "models": [m.id for m in e.models]}
        for e in enrolments
    ]
    if as_json:
        sys.stdout.write(f"{json.dumps(rows)}\n")
        return
    for row in rows:
        sys.stdout.write(f"{row['person']}  {row['at']}  {row['pictures']}\n")


@app.command()
def erase(person: PersonOption, home: HomeOption = DEFAULT_HOME) -> None:
    """Стереть лицо; всё личное стирает erase-person. / Erase a face; erase-person erases all that is personal."""
    who = user_named(person)
    if not EnrolledFaces(resolved(home)).erase(who):
        raise typer.Exit(fail(f"No face of {person} is enrolled.", FAILED))
    tell(f"Стёрто / Erased: {who}")


def _known_person(folder: Path, state: RunningState, keys: Keys, person: str, name: str | None) -> UserId:
    """Who has a key already, or is registered now: as a user without any role, so that they can be erased like others.

    Raises NatsAdapterError, PersonsError; typer.Exit when the domain refuses or does not answer
    """
    who = user_named(person)
    if keys.cipher(who) is not None:
        return who
    if who != local_user_id(person):
        raise typer.Exit(fail(f"There is no person {person}.", FAILED))
    reply = answer_to(folder, state, RegisterUser(who, Provider.LOCAL, person, name or person), "enrol-face")
    if not isinstance(reply, Accepted):
        raise typer.Exit(fail(f"{reply.message} ({reply.code}).", FAILED))
    return who


if __name__ == "__main__":
    app(prog_name="kaska faces")
