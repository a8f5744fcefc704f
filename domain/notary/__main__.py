"""`python -m domain.notary`: the notary, until SIGTERM; with a word after it, one of the auditor's commands."""

import argparse
import json
import logging
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from domain.contracts.codec import CodecError
from domain.contracts.events import EventUnknown
from domain.notary.capsule import make_capsule
from domain.notary.copying import copy_history
from domain.notary.errors import EvidenceAltered, HistoryInconsistent, IncidentMissing, KeyUnusable, NotaryError
from domain.notary.key import PUBLIC, load_key, read_public
from domain.notary.notary import Notary
from domain.notary.settings import NotarySettings
from domain.notary.telling import Telling
from domain.notary.vault import Vault
from domain.notary.verifying import Outcome, as_json, as_text, verify_copies, verify_file, verify_live
from domain.proof.checkpoint import NoteMalformed, NoteUntrusted, VerifierKey
from infra import logs, objects
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.stopping import stopping_on_signals
from infra.vitals import Vitals

log = logging.getLogger(__name__)

WAIT_S: Final = 0.5
DONE, FAILED, TROUBLE = 0, 1, 2
FINDINGS: Final = (HistoryInconsistent, EvidenceAltered, IncidentMissing, CodecError, NoteMalformed, NoteUntrusted)


def main(arguments: list[str]) -> int:
    """0: done, or the proof holds; 1: it does not hold; 2: it could not be done."""
    if not arguments:
        return _serve()
    chosen = _parser().parse_args(arguments)
    command: Callable[[NotarySettings, argparse.Namespace], int] = chosen.command
    try:
        return command(NotarySettings(), chosen)
    except FINDINGS as error:
        return _fail(str(error), FAILED)
    except (NotaryError, NatsAdapterError, EventUnknown, *objects.UNAVAILABLE) as error:
        return _fail(str(error), TROUBLE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("kaska audit", description="Проверка истории. / Checks the history.")
    parser.add_argument("--json", action="store_true", help="Ответ для программ. / Answer for programs.")
    commands = parser.add_subparsers(required=True, metavar="verify | copy | capsule")
    verify = commands.add_parser("verify", help="Цела ли история. / Whether the history is untouched.")
    verify.add_argument("--file", type=Path, help="Копия истории вместо живой. / A copied history, not the live one.")
    verify.add_argument("--key", help="Открытый ключ, строкой или файлом. / The public key, as text or as a file.")
    verify.add_argument("--incident", metavar="ID", help="И доказательство инцидента. / And an incident's proof.")
    verify.add_argument(
        "--checkpoint", type=Path, action="append", default=[], help="Сохранённая ранее точка. / One kept elsewhere."
    )
    verify.set_defaults(command=_verify)
    copy = commands.add_parser("copy", help="Вся история одним файлом. / The whole history as one file.")
    copy.add_argument("target", type=Path, metavar="FILE")
    copy.set_defaults(command=_copy)
    capsule = commands.add_parser("capsule", help="Инцидент с доказательством. / An incident with its proof.")
    capsule.add_argument("incident", metavar="ID")
    capsule.add_argument("--out", type=Path, required=True, metavar="FILE")
    capsule.set_defaults(command=_capsule)
    for each in (verify, copy, capsule):
        each.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return parser


def _verify(settings: NotarySettings, asked: argparse.Namespace) -> int:
    key = _public(settings, asked.key)
    if asked.file is not None:
        return _tell(verify_file(asked.file, key, asked.checkpoint, asked.incident), as_plain=asked.json)
    with closing(_bridge(settings)) as bridge:
        outcome = verify_live(bridge, key, settings.home, asked.checkpoint, asked.incident)
        if settings.s3_endpoint:
            outcome = verify_copies(outcome, bridge, objects.client(settings), settings.audit_bucket)
    return _tell(outcome, as_plain=asked.json)


def _copy(settings: NotarySettings, asked: argparse.Namespace) -> int:
    with closing(_bridge(settings)) as bridge:
        end = copy_history(bridge, _public(settings, None), asked.target)
    if asked.json:
        _print(json.dumps({"file": str(asked.target), "events": end.checkpoint.size, "fresh": end.fresh}))
    else:
        _print(f"{asked.target}: событий / events: {end.checkpoint.size}")
    return DONE


def _capsule(settings: NotarySettings, asked: argparse.Namespace) -> int:
    key = load_key(settings.home)
    if key is None:
        raise KeyUnusable(f"there is no notary's key in {settings.home}")
    store, now = objects.client(settings), datetime.now(UTC)
    with closing(_bridge(settings)) as bridge:
        data, manifest = make_capsule(bridge, store, settings.s3_bucket, key, asked.incident, made_at=now)
    asked.out.write_bytes(data)
    if asked.json:
        _print(json.dumps({"file": str(asked.out), "bytes": len(data), **manifest}, ensure_ascii=False))
        return DONE
    _print(f"{asked.out}: {len(data)} B")
    for gone in manifest["absent"]:
        _print(f"  нет / absent: {gone['kind']} ({gone['why']})")
    return DONE


def _bridge(settings: NotarySettings) -> Bridge:
    url = settings.nats_url.get_secret_value()
    if not url:
        raise NotaryError(f"Kaska is not running in {settings.home}")
    return Bridge(url, name="audit")


def _public(settings: NotarySettings, given: str | None) -> VerifierKey:
    return read_public(given or str(settings.home / PUBLIC))


def _tell(outcome: Outcome, *, as_plain: bool) -> int:
    _print(as_json(outcome) if as_plain else as_text(outcome))
    return DONE if outcome.holds else FAILED


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _fail(sentence: str, code: int) -> int:
    sys.stderr.write(f"kaska: {sentence}\n")
    return code


def _serve() -> int:
    """The process. Returns 0 after SIGTERM, 2 when nothing more may be signed."""
    logs.configure("notary")
    settings = NotarySettings()
    stopping = stopping_on_signals()
    try:
        with closing(Bridge(settings.nats_url.get_secret_value(), name="notary")) as bridge:
            telling = Telling(bridge)
            try:
                _sign(settings, bridge, telling, stopping)
            except HistoryInconsistent as error:
                telling.broken(str(error))
                raise
    except (NotaryError, NatsAdapterError, OSError) as error:
        log.error("the notary cannot go on", extra={"why": str(error)})  # noqa: TRY400 - the sentence says it all
        return TROUBLE
    return DONE


def _sign(settings: NotarySettings, bridge: Bridge, telling: Telling, stopping: threading.Event) -> None:
    vitals = Vitals("notary")
    vault = Vault(
        objects.client(settings),
        settings.audit_bucket,
        settings.home / "notary" / "waiting",
        keep_days=settings.audit_retention_days,
        retry_s=settings.store_retry_s,
        registry=vitals.registry,
    )
    interval_s = settings.checkpoint_interval_s
    notary = Notary(bridge, settings.home, vault, interval_s=interval_s, registry=vitals.registry)
    with closing(vault), closing(notary):
        vault.start()
        vitals.start(bridge)
        log.info("notary runs", extra={"settings": settings.describe(), "signed": notary.signed.size})
        while not stopping.is_set():
            notary.step(WAIT_S)
            if notary.has_compared:
                telling.whole()
        notary.sign_rest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
