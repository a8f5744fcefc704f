"""Photo and clip through signed links (FAULTS D5 to D7, D9)."""

import hashlib
import io
import re
from dataclasses import replace

import pytest

from domain.contracts.access import Right
from gateway.links import MediaLinks
from gateway.reads.rows import EvidenceRow
from tests.gateway.conftest import Browser, Gateway
from tests.gateway.plant import AT, INCIDENT
from tests.gateway.staff import hold

DATA = bytes(range(256)) * 1000
DIGEST = hashlib.sha256(DATA).hexdigest()


def attach(gateway: Gateway, kind: str = "clip", media_type: str = "video/mp4", *, store: bool = True) -> None:
    services = gateway.services
    key = f"incidents/2026/03/02/{INCIDENT.id}/{kind if store else 'gone'}"
    if store:
        services.objects.put_object(services.settings.s3_bucket, key, io.BytesIO(DATA), len(DATA))
    row = EvidenceRow(INCIDENT.id, kind, key, DIGEST, len(DATA), media_type, AT, AT, None)
    gateway.plant.put(INCIDENT)
    gateway.plant.put_evidence(row)


async def link(browser: Browser) -> str:
    answer = await browser.ask("query ($id: ID!) { incident(id: $id) { evidence { url } } }", id=str(INCIDENT.id))
    url: str = answer.data["incident"]["evidence"][0]["url"]
    return url


async def test_a_clip_comes_whole_with_its_digest(gateway: Gateway) -> None:
    attach(gateway)
    browser = await gateway.guard()
    answer = await browser.http.get(await link(browser))
    assert answer.status_code == 200
    assert answer.content == DATA
    assert answer.headers["etag"] == f'"{DIGEST}"'
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, max-age=300"


async def test_a_clip_that_was_given_up_is_gone_and_its_incident_says_when_and_why(gateway: Gateway) -> None:
    attach(gateway)
    browser = await gateway.guard()
    url = await link(browser)
    gateway.plant.expire(INCIDENT.id, "clip", AT, "store_full")
    answer = await browser.http.get(url)
    assert (answer.status_code, answer.content) == (410, b"")
    assert answer.headers["cache-control"] == "private, no-store"
    question = "query ($id: ID!) { incident(id: $id) { locked evidence { url sha256 expiredAt expiredCause } } }"
    [evidence] = (await browser.ask(question, id=str(INCIDENT.id))).data["incident"]["evidence"]
    assert evidence == {"url": None, "sha256": DIGEST, "expiredAt": AT.isoformat(), "expiredCause": "STORE_FULL"}


async def test_that_a_clip_was_given_up_is_not_told_to_a_stranger(gateway: Gateway) -> None:
    attach(gateway)
    gateway.plant.expire(INCIDENT.id, "clip", AT, "retention")
    browser = await gateway.guard()
    assert (await browser.http.get(f"/media/{INCIDENT.id}/clip")).status_code == 404


async def test_a_part_of_a_clip(gateway: Gateway) -> None:
    attach(gateway)
    browser = await gateway.guard()
    answer = await browser.http.get(await link(browser), headers={"Range": "bytes=1000-1999"})
    assert answer.status_code == 206
    assert answer.content == DATA[1000:2000]
    assert answer.headers["content-range"] == f"bytes 1000-1999/{len(DATA)}"


async def test_a_part_beyond_the_end(gateway: Gateway) -> None:
    attach(gateway)
    browser = await gateway.guard()
    answer = await browser.http.get(await link(browser), headers={"Range": f"bytes={len(DATA)}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(DATA)}"


async def test_what_the_browser_has_already_is_not_sent_again(gateway: Gateway) -> None:
    attach(gateway)
    browser = await gateway.guard()
    url = await link(browser)
    known = {"If-None-Match": f'"{DIGEST}"'}
    assert (await browser.http.get(url, headers=known)).status_code == 304
    stale = {"If-Range": '"another"', "Range": "bytes=0-9"}
    assert (await browser.http.get(url, headers=stale)).status_code == 200


async def test_a_file_that_is_no_picture_is_only_downloaded(gateway: Gateway) -> None:
    attach(gateway, "photo", "text/html")
    browser = await gateway.guard()
    answer = await browser.http.get(await link(browser))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_a_link_alone_opens_nothing(gateway: Gateway) -> None:
    attach(gateway)
    url = await link(await gateway.guard())
    assert (await (await gateway.browser()).http.get(url)).status_code == 401


async def test_a_link_works_for_its_own_person_only(gateway: Gateway) -> None:
    attach(gateway)
    copied = await link(await gateway.guard())
    await gateway.services.database.execute(
        b"insert into auth.credential select 'other', password_hash from auth.credential"
    )
    other = await gateway.browser()
    await other.sign_in(login="other")
    hold(gateway, (Right.VIEW_INCIDENTS, Right.VIEW_EVIDENCE), logins=("admin", "other"))
    assert (await other.http.get(copied)).status_code == 404
    assert (await other.http.get(await link(other))).status_code == 200


async def test_a_link_dies_with_the_session(gateway: Gateway) -> None:
    attach(gateway)
    browser = await gateway.guard()
    url = await link(browser)
    await browser.http.delete("/api/session")
    assert (await browser.http.get(url)).status_code == 401


async def test_what_is_forged_expired_or_missing_is_answered_alike(gateway: Gateway) -> None:
    attach(gateway)
    browser = await gateway.guard()
    url = await link(browser)
    path, exp, sig = re.fullmatch(r"(.*)\?exp=(\d+)&sig=(\w+)", url).groups()  # type: ignore[union-attr]
    missing = str(replace(INCIDENT, id=type(INCIDENT.id)(int=99)).id)
    forged = [
        path,
        f"{path}?exp={exp}",
        f"{path}?exp={int(exp) + 1}&sig={sig}",
        f"{path}?exp={exp}&sig={'0' * 64}",
        f"{path}?exp=&sig=",
        f"{path}?exp=-1&sig={sig}",
        f"{path}?exp={'9' * 50}&sig={sig}",
        f"{path}?exp=²&sig={sig}",
        f"{path}?exp={exp}&sig=%00Ж",
        url.replace("/clip", "/photo"),
        url.replace("/clip", "/..%2fclip"),
        url.replace(str(INCIDENT.id), missing),
        url.replace(str(INCIDENT.id), "x"),
        f"/media/{INCIDENT.id}/%2e%2e/secret?exp={exp}&sig={sig}",
    ]
    answers = [await browser.http.get(address) for address in forged]
    assert {a.status_code for a in answers} == {404}
    nothing = gateway.services.links.link(INCIDENT.id, "detections", "admin")
    assert (await browser.http.get(nothing)).content == answers[1].content


async def test_a_file_that_is_gone_from_the_store_is_missing(gateway: Gateway) -> None:
    attach(gateway, "photo", "image/jpeg", store=False)
    browser = await gateway.guard()
    assert (await browser.http.get(await link(browser))).status_code == 404


class Clock:
    now = 10_000.0

    def __call__(self) -> float:
        return self.now


def parts(url: str) -> tuple[int, str]:
    found = re.search(r"exp=(\d+)&sig=(\w+)", url)
    assert found is not None
    return int(found[1]), found[2]


@pytest.mark.parametrize("age_s", [0, 599])
def test_a_link_lives_at_least_as_long_as_promised(age_s: float) -> None:
    clock = Clock()
    links = MediaLinks(b"key", 600, clock)
    exp, sig = parts(links.link(INCIDENT.id, "photo", "admin"))
    clock.now += age_s
    assert links.valid(INCIDENT.id, "photo", "admin", exp, sig)


def test_a_link_dies_within_twice_its_time() -> None:
    clock = Clock()
    links = MediaLinks(b"key", 600, clock)
    exp, sig = parts(links.link(INCIDENT.id, "photo", "admin"))
    clock.now += 1200
    assert not links.valid(INCIDENT.id, "photo", "admin", exp, sig)


def test_a_link_asked_for_again_is_the_same_for_a_while() -> None:
    clock = Clock()
    clock.now = 12_000.0
    links = MediaLinks(b"key", 600, clock)
    first = links.link(INCIDENT.id, "photo", "admin")
    clock.now += 599
    assert links.link(INCIDENT.id, "photo", "admin") == first


def test_another_key_makes_another_link() -> None:
    exp, sig = parts(MediaLinks(b"key", 600, Clock()).link(INCIDENT.id, "photo", "admin"))
    assert not MediaLinks(b"other", 600, Clock()).valid(INCIDENT.id, "photo", "admin", exp, sig)
