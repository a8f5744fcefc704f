"""The embedded PostgreSQL 18: TCP on the loopback address only, scram passwords, one role per process.

Role `kaska_projections` owns schema `read_model`, `read_model_next` where it makes a projection again, and `analytics`;
`kaska_gateway` reads the first and the last and owns schema `auth`. `analyst` is for people: it reads the views of
`analytics` and nothing else, writes nothing, and cannot take the locks or send the signals of the processes.
"""

import contextlib
import logging
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from infra.embedded import EnvironmentTrouble, pidfile
from infra.embedded.child import Launch
from infra.embedded.ports import LOOPBACK
from infra.embedded.privileges import Account, before_exec, unprivileged_account
from infra.embedded.programs import postgres_folder
from infra.embedded.secrets import passwords

ADMIN: Final = "postgres"
PROJECTIONS: Final = "kaska_projections"
GATEWAY: Final = "kaska_gateway"
ANALYST: Final = "analyst"
SERVICES: Final = (PROJECTIONS, GATEWAY)
DATABASE: Final = "kaska"
MAJOR: Final = "18"

OPTIONS: Final = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "300",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_checkpoints": "off",
}

SCHEMAS: Final = (
    "CREATE SCHEMA IF NOT EXISTS read_model AUTHORIZATION kaska_projections",
    "CREATE SCHEMA IF NOT EXISTS read_model_next AUTHORIZATION kaska_projections",
    "CREATE SCHEMA IF NOT EXISTS auth AUTHORIZATION kaska_gateway",
    "REVOKE ALL ON DATABASE kaska FROM PUBLIC",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT CONNECT ON DATABASE kaska TO kaska_projections, kaska_gateway",
    "GRANT USAGE ON SCHEMA read_model TO kaska_gateway",
    "GRANT SELECT ON ALL TABLES IN SCHEMA read_model TO kaska_gateway",
    "ALTER DEFAULT PRIVILEGES FOR ROLE kaska_projections IN SCHEMA read_model GRANT SELECT ON TABLES TO kaska_gateway",
    "CREATE SCHEMA IF NOT EXISTS analytics AUTHORIZATION kaska_projections",
    "GRANT CONNECT ON DATABASE kaska TO analyst",
    "GRANT USAGE ON SCHEMA analytics TO analyst, kaska_gateway",
    "GRANT SELECT ON ALL TABLES IN SCHEMA analytics TO analyst, kaska_gateway",
    "ALTER DEFAULT PRIVILEGES FOR ROLE kaska_projections IN SCHEMA analytics GRANT SELECT ON TABLES "
    "TO analyst, kaska_gateway",
    "ALTER ROLE kaska_projections SET search_path = read_model",
    "ALTER ROLE kaska_gateway SET search_path = auth, read_model",
    "ALTER ROLE analyst SET search_path = analytics",
    "ALTER ROLE analyst SET default_transaction_read_only = on",
    "ALTER ROLE analyst SET statement_timeout = '60s'",
    "ALTER ROLE analyst SET idle_in_transaction_session_timeout = '60s'",
    "ALTER ROLE analyst SET transaction_timeout = '15min'",
    "ALTER ROLE analyst CONNECTION LIMIT 8",
)

FOR_SERVICES_ONLY: Final = """
DO $$
DECLARE
    guarded regprocedure;
BEGIN
    FOR guarded IN
        SELECT oid FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace AND (proname ~ '^pg_.*advisory' OR proname ~ '^lo_')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', guarded);
        IF guarded::text ~ 'advisory' THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO {services}', guarded);
        END IF;
    END LOOP;
END $$
"""
"""Whoever holds the advisory lock of a projection keeps it from running; large objects need no right to be made."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PostgresServer:
    """One PostgreSQL of a home; data in `<home>/postgres`.

    durable  fsync at each commit; off only where a test measures something else
    """

    home: Path
    port: int
    durable: bool = True
    name: str = "postgres"
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, home: Path, port: int, *, durable: bool = True) -> "PostgresServer":
        return cls(home, port, durable, passwords=passwords(home, "postgres-roles", (ADMIN, *SERVICES, ANALYST)))

    @property
    def folder(self) -> Path:
        return self.home / "postgres"

    def dsn(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}:{self.passwords[role]}@{LOOPBACK}:{self.port}/{database}"

    def launch(self) -> Launch:
        account = unprivileged_account()
        if not (self.folder / "PG_VERSION").exists():
            self._initialise(account)
        self._check_version()
        self._forget_dead_postmaster()
        options = OPTIONS | {"port": str(self.port)} | ({} if self.durable else {"fsync": "off"})
        flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        return Launch(
            "postgres",
            (str(postgres_folder() / "postgres"), "-D", str(self.folder), *flags),
            cwd=self.folder,
            account=account,
            stop_signal=signal.SIGINT,
            stop_limit_s=20.0,
            death_signal=signal.SIGINT,
        )

    def is_ready(self) -> bool:
        try:
            with psycopg.connect(self.dsn(ADMIN, "postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def ensure_database(self) -> None:
        """Database, roles, schemas and grants; harmless when repeated."""
        with psycopg.connect(self.dsn(ADMIN, "postgres"), autocommit=True) as connection:
            for role in (*SERVICES, ANALYST):
                _ensure_role(connection, role, self.passwords[role])
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        with psycopg.connect(self.dsn(ADMIN)) as connection:
            for statement in SCHEMAS:
                connection.execute(statement)
            services = sql.SQL(", ").join(map(sql.Identifier, SERVICES))
            connection.execute(sql.SQL(FOR_SERVICES_ONLY).format(services=services))

    def _initialise(self, account: Account | None) -> None:
        """Made aside and moved into place, so that a killed `initdb` leaves nothing half-made."""
        aside = self.home / "postgres.new"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        password_file = self.home / "secrets" / "initdb"
        password_file.write_text(self.passwords[ADMIN], encoding="utf-8")
        password_file.chmod(0o600)
        if account is not None:
            for path in (aside, password_file):
                os.chown(path, account.uid, account.gid)
        try:
            self._run_initdb(aside, password_file, account)
        finally:
            password_file.unlink()
        aside.replace(self.folder)

    def _run_initdb(self, aside: Path, password_file: Path, account: Account | None) -> None:
        done = subprocess.run(
            [
                str(postgres_folder() / "initdb"),
                *("-D", str(aside), "-U", ADMIN, f"--pwfile={password_file}"),
                *("--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--no-instructions"),
                *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *(() if self.durable else ("--no-sync",)),
            ],
            cwd=aside,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=before_exec(os.getpid(), signal.SIGKILL, account),
        )
        if done.returncode != 0:
            raise EnvironmentTrouble(
                f"PostgreSQL cannot make its database in {self.home}: {done.stderr.strip()[-400:]}"
            )

    def _check_version(self) -> None:
        made_by = (self.folder / "PG_VERSION").read_text(encoding="ascii").strip()
        if made_by != MAJOR:
            raise EnvironmentTrouble(f"{self.folder} was made by PostgreSQL {made_by}, this build has {MAJOR}.")

    def _forget_dead_postmaster(self) -> None:
        """A lock file of a killed server stops the next one when its pid has been given to a stranger."""
        path = self.folder / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(path.read_text(encoding="utf-8").splitlines()[0])
            name = Path(f"/proc/{pid}/comm")
            alive = pidfile.start_time(pid) is not None and name.read_text(encoding="utf-8").strip() == "postgres"
            if not alive:
                path.unlink()


def _ensure_role(connection: "psycopg.Connection[tuple[object, ...]]", role: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    verb = sql.SQL("CREATE ROLE" if known is None else "ALTER ROLE")
    connection.execute(sql.SQL("{} {} LOGIN PASSWORD {}").format(verb, sql.Identifier(role), sql.Literal(password)))
