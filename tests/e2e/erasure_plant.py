"""A plant of real processes in which Anna works: service, projections, gateway, notary, and commands around them."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
from argon2 import PasswordHasher
from psycopg import sql

from domain.contracts.commands import CONTEXT_OF, Accepted, Command, decode_reply, encode_command
from domain.contracts.identifiers import UserId, local_user_id
from domain.contracts.subjects import command_subject
from infra.embedded import pidfile
from infra.embedded.ports import any_free_port
from infra.embedded.postgres import GATEWAY, PROJECTIONS, PostgresServer
from infra.embedded.s3 import S3Server
from infra.nats.bridge import Bridge
from infra.persons.keys import Keys
from infra.persons.settings import MASTER_KEY
from infra.settings import write_secret
from projections.catalogue import ALL
from projections.parking import Parking
from projections.persons import Persons
from projections.verifying import verify
from tests.conftest import OwnNats

ROOT: Final = Path(__file__).parents[2]
LIMIT_S: Final = 60.0
ADMIN_PASSWORD: Final = "first of all 1"
ANNA_PASSWORD: Final = "open sesame 42"


@dataclass
class Plant:
    """Processes are started by `start` and killed by `stop`."""

    home: Path
    nats: OwnNats
    postgres: PostgresServer
    s3: S3Server
    bucket: str
    admin: Bridge
    port: int = field(default_factory=any_free_port)
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, *modules: str) -> None:
        for module in modules:
            log = (self.home / f"{module}.log").open("ab")
            self.running.append(
                subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=self.environment(module), stderr=log)
            )

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(30)
        self.running.clear()

    def environment(self, module: str) -> dict[str, str]:
        user = {"domain.service": "domain", "domain.notary": "notary", "domain.inquiry": "inquiry"}.get(
            module, module.partition(".")[0] if module != "domain.replay" else "projections"
        )
        return os.environ | {
            "KASKA_HOME": str(self.home),
            "KASKA_NATS_URL": self.nats.url(user),
            "KASKA_POSTGRES_DSN": self.postgres.dsn(GATEWAY if user == "gateway" else PROJECTIONS),
            "KASKA_S3_ENDPOINT": self.s3.endpoint,
            "KASKA_S3_ACCESS_KEY": self.s3.access_key,
            "KASKA_S3_SECRET_KEY": self.s3.secret_key,
            "KASKA_AUDIT_BUCKET": self.bucket,
            "KASKA_AUDIT_RETENTION_DAYS": "1",
            "KASKA_CHECKPOINT_INTERVAL_S": "0.5",
            "KASKA_GATEWAY_PORT": str(self.port),
            "KASKA_ADMIN_PASSWORD": ADMIN_PASSWORD,
        }

    def run(self, module: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=self.environment(module),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def plain(self, module: str, *arguments: str) -> dict[str, Any]:
        """The --json of a command that succeeds."""
        done = self.run(module, *arguments, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def running_home(self) -> None:
        """What `./kaska` reads of a home that runs."""
        write_secret(self.home / "secrets" / "nats-users.json", json.dumps(dict(self.nats.server.passwords)))
        state = {
            "console_url": f"http://127.0.0.1:{self.port}/",
            "started_at": datetime.now(UTC).isoformat(),
            "nats_port": self.nats.server.port,
            "postgres_port": self.postgres.port,
            "s3_port": int(self.s3.endpoint.rpartition(":")[2]),
        }
        (self.home / "state.json").write_text(json.dumps(state))
        pidfile.write(self.home / "supervisor.pid", os.getpid(), signal.SIGTERM)

    def send(self, command: Command, command_id: str, person: UserId | None = None) -> int:
        payload = encode_command(command, command_id=command_id, by="admin", at=datetime.now(UTC), person=person)
        request = self.admin.nc.request(command_subject(CONTEXT_OF[type(command)]), payload, timeout=10)
        reply = decode_reply(self.admin.run(request).data)
        assert isinstance(reply, Accepted), reply
        return reply.position

    def give_password(self, login: str, password: str) -> None:
        hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)
        with psycopg.connect(self.postgres.dsn(GATEWAY)) as connection:
            connection.execute("insert into auth.credential (login, password_hash) values (%s, %s)", [login, hashed])

    def user_of(self, login: str) -> UserId | None:
        with psycopg.connect(self.postgres.dsn(GATEWAY)) as connection:
            row = connection.execute("select user_id from auth.credential where login = %s", [login]).fetchone()
        return row[0] if row else None

    def tables(self) -> str:
        """Every row of every table that people and programs read, as text."""
        found = []
        for schema, role in (("read_model", PROJECTIONS), ("auth", GATEWAY)):
            with psycopg.connect(self.postgres.dsn(role)) as reader:
                names = reader.execute("select tablename from pg_tables where schemaname = %s", [schema]).fetchall()
                for (name,) in names:
                    query = sql.SQL("select t::text from {} t").format(sql.Identifier(schema, name))
                    found += [f"{schema}.{name}: {row}" for (row,) in reader.execute(query).fetchall()]
        return "\n".join(found)

    def store(self) -> bytes:
        """All that the message server has on disk."""
        return b"".join(p.read_bytes() for p in (self.nats.server.home / "nats").rglob("*") if p.is_file())

    def verdicts(self) -> dict[str, bool]:
        """Projection -> whether its rows are those of a rebuild."""
        with Bridge(self.nats.url("projections"), name="verifying") as bridge:
            dsn, keys = self.postgres.dsn(PROJECTIONS), Keys(bridge, self.home / MASTER_KEY)
            return {
                each.name: verify(
                    each, dsn, bridge, lambda _: None, Persons(bridge, keys, Parking(bridge).sequences)
                ).same
                for each in ALL
            }

    def caught_up(self) -> bool:
        listed = json.loads(self.run("projections.admin", "list", "--json").stdout)
        return all(each["lag"] == 0 for each in listed)

    async def browser(self, login: str, password: str) -> "Browser":
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", trust_env=False, timeout=20)
        browser = Browser(client)
        answer = await browser.sign_in(login, password)
        assert answer.status_code == 200, answer.text
        return browser


@dataclass
class Browser:
    """Somebody who is signed in."""

    http: httpx.AsyncClient

    async def sign_in(self, login: str, password: str) -> httpx.Response:
        return await self.http.post("/api/session", json={"login": login, "password": password})

    async def ask(self, query: str, **variables: Any) -> Any:
        body = (await self.http.post("/graphql", json={"query": query, "variables": variables})).json()
        assert "errors" not in body, body
        return body["data"]


def empty_database(postgres: PostgresServer) -> None:
    for role, schema in ((PROJECTIONS, "read_model"), (PROJECTIONS, "read_model_next"), (GATEWAY, "auth")):
        with psycopg.connect(postgres.dsn(role)) as connection:
            names = connection.execute("select tablename from pg_tables where schemaname = %s", [schema]).fetchall()
            for (name,) in names:
                connection.execute(sql.SQL("drop table {} cascade").format(sql.Identifier(schema, name)))


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not await asyncio.to_thread(true):  # noqa: ASYNC110 - other processes have no event
            await asyncio.sleep(0.1)


ANNA: Final = local_user_id("anna.kovaleva")
ADMIN: Final = local_user_id("admin")
