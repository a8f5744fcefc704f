"""The console's files, the API's description, and the committed schema."""

import re
from pathlib import Path

import pytest

from gateway.pages import is_page
from gateway.schema import SCHEMA_FILE, schema
from gateway.settings import DEFAULT_CONSOLE_DIR
from tests.gateway.conftest import Gateway

CONSOLE = DEFAULT_CONSOLE_DIR.parent


@pytest.mark.parametrize(
    "path",
    ["/", "/sign-in", "/incidents", "/incidents/1", "/incidents/violations", "/cameras", "/cameras/gate", "/ledger"],
)
async def test_every_page_of_the_console_is_the_same_document(gateway: Gateway, path: str) -> None:
    answer = await (await gateway.browser()).http.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    nonce = re.search(r'content="([^"]+)"', answer.text)
    assert nonce is not None
    assert f"'nonce-{nonce[1]}'" in answer.headers["content-security-policy"]


async def test_the_nonce_is_new_for_every_page(gateway: Gateway) -> None:
    browser = await gateway.browser()
    assert (await browser.http.get("/")).text != (await browser.http.get("/")).text


async def test_a_file_of_the_build_is_kept_for_ever(gateway: Gateway, console_dir: Path) -> None:
    (console_dir / "assets" / "index-abc123.js.gz").write_bytes(b"packed")
    browser = await gateway.browser()
    plain = await browser.http.get("/assets/index-abc123.js", headers={"Accept-Encoding": "identity"})
    assert (plain.text, plain.headers["content-type"]) == ("start()", "text/javascript; charset=utf-8")
    assert "immutable" in plain.headers["cache-control"]
    async with browser.http.stream("GET", "/assets/index-abc123.js", headers={"Accept-Encoding": "gzip"}) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        assert b"".join([part async for part in packed.aiter_raw()]) == b"packed"


@pytest.mark.parametrize("path", ["/assets/missing.js", "/assets/index-abc123.js.map", "/assets/index-abc123.js.gz"])
async def test_other_files_are_not_served(gateway: Gateway, path: str) -> None:
    assert (await (await gateway.browser()).http.get(path)).status_code == 404


async def test_a_console_that_was_not_built_says_how(gateway: Gateway, console_dir: Path) -> None:
    (console_dir / "index.html").unlink()
    answer = await (await gateway.browser()).http.get("/")
    assert answer.status_code == 503
    assert "npm run build" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/graphql",
        "/api",
        "/media/x/y",
        "/live/a/b",
        "/assets/../x",
        "/assets/a/b.js",
        "/incidents/a/b",
        "/cameras/a/b",
        "//",
    ],
)
def test_only_the_consoles_own_paths_are_pages(path: str) -> None:
    assert not is_page(path)


async def test_swagger_describes_the_rest_part_to_those_who_are_signed_in(gateway: Gateway) -> None:
    browser = await gateway.guard()
    described = (await browser.http.get("/api/openapi.json")).json()["paths"]
    assert set(described) == {
        "/api/session",
        "/api/machines/{zone}/pictures",
        "/api/machines/{zone}/pictures/{picture}",
        "/media/{incident_id}/{kind}",
        "/live/{camera}/{file}",
        "/live/{camera}/{quality}/{file}",
        "/live/{camera}/still.jpg",
        "/live/{camera}/whep",
        "/live/{camera}/whep/{session}",
        "/live/{camera}/{quality}/whep",
        "/healthz",
        "/metrics",
    }
    page = await browser.http.get("/api/docs")
    assert "<script>" not in page.text
    assert "http" not in page.text
    assert (await browser.http.get("/api/docs/start.js")).status_code == 200
    assert (await browser.http.get("/api/docs/..%2findex.html")).status_code == 404


def test_the_committed_schema_is_that_of_the_code() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema.as_str() + "\n"


def test_the_consoles_lock_file_names_no_server() -> None:
    assert '"resolved"' not in (CONSOLE / "package-lock.json").read_text(encoding="utf-8")


def test_russian_words_of_the_console_are_in_one_folder() -> None:
    strange = [
        path.name
        for path in (CONSOLE / "src").rglob("*.ts*")
        if path.parent.name != "locale"
        and path.name != "useKeys.ts"  # keys of the Russian layout
        and re.search("[А-Яа-яЁё]", path.read_text(encoding="utf-8"))
    ]
    assert strange == []
