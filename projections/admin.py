"""`python -m projections.admin list|rebuild NAME|verify NAME|parked|retry SEQ`: what `./kaska projections` runs."""

import argparse
import json
import logging
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg

from domain.contracts.codec import CodecError
from domain.contracts.events import EventUnknown
from domain.contracts.observations import ObservationUnknown
from infra import logs
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.nats.streams import last_sequence
from infra.persons.errors import PersonsError
from infra.persons.keys import Keys
from projections.catalogue import ALL, projection_named
from projections.database import connect
from projections.follower import position_of
from projections.parking import Parking
from projections.persons import Persons
from projections.projection import ProjectionError
from projections.rebuilding import rebuild
from projections.retrying import retry
from projections.settings import ProjectionsSettings
from projections.sources import source_of
from projections.verifying import TableVerdict, verify

DONE, DIFFERENT, TROUBLE = 0, 1, 2


@dataclass(frozen=True)
class Asked:
    """What a command needs: the database, the message server, and whether a program reads the answer."""

    dsn: str
    bridge: Bridge
    persons: Persons
    as_json: bool

    def say(self, plain: Any, lines: list[str]) -> None:
        sys.stdout.write(
            f"{json.dumps(plain, ensure_ascii=False)}\n" if self.as_json else "".join(f"{x}\n" for x in lines)
        )

    def progress(self, position: int) -> None:
        if not self.as_json and sys.stderr.isatty():
            sys.stderr.write(f"\r{position}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="kaska projections", description="Read models.")
    parser.add_argument("--json", action="store_true", help="Ответ для программ. / Answer for programs.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_, argument, about) in COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about)
        command.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="Answer for programs.")
        if argument:
            command.add_argument(argument, type=int if argument == "sequence" else str)
    asked = parser.parse_args()
    logs.configure("projections.admin")
    logging.getLogger().setLevel(logging.WARNING)
    return _answered(asked)


def _answered(asked: argparse.Namespace) -> int:
    run, argument, _ = COMMANDS[asked.command]
    settings = ProjectionsSettings()
    try:
        with closing(Bridge(settings.nats_url.get_secret_value(), name="projections.admin")) as bridge:
            persons = Persons(bridge, Keys(bridge, settings.master_key_file), Parking(bridge).sequences)
            around = Asked(settings.postgres_dsn.get_secret_value(), bridge, persons, asked.json)
            return run(around, getattr(asked, argument) if argument else None)
    except (
        ProjectionError,
        PersonsError,
        NatsAdapterError,
        EventUnknown,
        ObservationUnknown,
        CodecError,
        psycopg.Error,
    ) as error:
        sys.stderr.write(f"kaska: {str(error).strip()}\n")
        return TROUBLE


def _list(asked: Asked, _: None) -> int:
    streams = {source_of(projection).stream for projection in ALL}
    ends = {stream: asked.bridge.run(last_sequence(asked.bridge.nc, stream)) for stream in streams}
    found = []
    with connect(asked.dsn, "list") as connection:
        for projection in ALL:
            stream, position = source_of(projection).stream, position_of(connection, projection.name)
            known = {"name": projection.name, "stream": stream, "position": position, "last": ends[stream]}
            found.append(known | {"lag": max(0, ends[stream] - position)})
    lines = [f"{p['name']:16} {p['stream']:12} {p['position']:>12} / {p['last']}  lag {p['lag']}" for p in found]
    asked.say(found, lines)
    return DONE


def _rebuild(asked: Asked, name: str) -> int:
    position = rebuild(projection_named(name), asked.dsn, asked.bridge, asked.progress, asked.persons)
    asked.say({"name": name, "position": position}, [f"{name}: rebuilt, swapped in at {position}"])
    return DONE


def _verify(asked: Asked, name: str) -> int:
    verdict = verify(projection_named(name), asked.dsn, asked.bridge, asked.progress, asked.persons)
    lines = [f"{name} at {verdict.position}: {'the same' if verdict.same else 'DIFFERENT'}"]
    for table in verdict.tables:
        lines += _table_lines(table)
    asked.say(verdict.plain(), lines)
    return DONE if verdict.same else DIFFERENT


def _table_lines(table: TableVerdict) -> list[str]:
    lines = [f"  {table.table}: {table.rows} rows, {table.different} differ, sha256 {table.live}"]
    return lines + [f"    {' '.join(key)}" for key in table.keys]


def _parked(asked: Asked, _: None) -> int:
    waiting = Parking(asked.bridge).waiting()
    lines = [f"{e.sequence:>10} {e.projection:12} {e.name} {e.subject}: {e.reason}" for e in waiting]
    asked.say([event.plain() for event in waiting], lines or ["Nothing is parked."])
    return DONE


def _retry(asked: Asked, sequence: int) -> int:
    applied = retry(sequence, asked.dsn, asked.bridge, asked.persons)
    asked.say([event.plain() for event in applied], [f"{e.projection}: {e.sequence} applied" for e in applied])
    return DONE


COMMANDS: dict[str, tuple[Callable[[Asked, Any], int], str | None, str]] = {
    "list": (_list, None, "Проекции и их отставание. / Projections and how far behind they are."),
    "rebuild": (_rebuild, "name", "Собрать заново и подменить. / Make again from the events and swap in."),
    "verify": (
        _verify,
        "name",
        "Сравнить с событиями; код 1: не сошлось. / Compare with the events; exit code 1: they differ.",
    ),
    "parked": (_parked, None, "Отложенные события. / Events that were given up on."),
    "retry": (_retry, "sequence", "Применить отложенное событие. / Apply a parked event again."),
}


if __name__ == "__main__":
    sys.exit(main())
