"""The passport over GraphQL: a real inquiry behind NATS, typed answers, clear ones where there is nothing to tell."""

from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from domain.inquiry.answering import Sources
from domain.inquiry.desk import InquiryDesk
from infra import objects
from infra.embedded.nats import NatsServer
from infra.embedded.s3 import S3Server
from infra.nats.bridge import Bridge
from tests.conftest import BUCKET, OwnNats
from tests.domain.inquiry.case import Case
from tests.domain.samples import T0, second
from tests.gateway.conftest import Browser, Gateway

PASSPORT = """query ($id: ID!, $at: DateTime, $part: PassportPart) {
  incidentPassport(id: $id, asKnownAt: $at, part: $part) {
    __typename
    ... on Passport {
      known {
        id verdict ruleVerdict decidedBy reason score openingScore trackId kind objectClass laterEvents box
        files { kind key sha256 sizeBytes stored missed url }
        events { position name recordedAt happenedAt by byPerson detail }
        decided {
          camera { name targetFps }
          rule { name version thresholdMin thresholdMax dwellS windowS gapS schedule { tz } objectClasses by }
          zone { version polygon }
        }
        then { rule { version } }
      }
      models { id digest }
      frames { source total first rows { sequence others seen { score hit box attributes { attribute absent } } } }
      path { total repeats score points { score } crossings { threshold upwards } }
      checkpoint { size }
      notes { kind }
    }
    ... on NotKnownYet { asKnownAt happenedAt becameKnownAt }
    ... on Refusal { code message }
  }
}"""
AS_KNOWN = """query ($id: ID!, $at: DateTime!) {
  incidentAsKnown(id: $id, at: $at) {
    __typename
    ... on KnownIncident { verdict decidedBy closedAt laterEvents eventsTotal files { kind } then { zone { version } } }
    ... on NotKnownYet { happenedAt becameKnownAt }
    ... on Refusal { code }
  }
}"""


@pytest.fixture
def nats_server(fresh_nats: Callable[[], OwnNats]) -> NatsServer:
    """Its own history."""
    return fresh_nats().server


@pytest.fixture
async def case(gateway: Gateway, nats_server: NatsServer, s3: S3Server) -> AsyncIterator[Case]:
    """Told, and an inquiry that answers."""
    store = objects.connect(s3.endpoint, s3.access_key, s3.secret_key, attempts=1)
    with (
        closing(Bridge(nats_server.url("admin"), name="test")) as admin,
        closing(Bridge(nats_server.url("inquiry"), name="inquiry")) as bridge,
    ):
        told = Case(admin, store, BUCKET)
        told.tell()
        sources = Sources(bridge, store, BUCKET, gateway.services.settings.home)
        desk = InquiryDesk(sources, CollectorRegistry(), lambda: datetime.now(UTC))
        yield told
        desk.close()


async def passport(browser: Browser, **variables: Any) -> Any:
    return (await browser.ask(PASSPORT, **variables)).data["incidentPassport"]


async def test_the_passport_of_an_incident(gateway: Gateway, case: Case) -> None:
    browser = await gateway.guard()
    found = await passport(browser, id=case.incident)
    assert found["__typename"] == "Passport"
    known = found["known"]
    assert (known["verdict"], known["ruleVerdict"]) == ("FALSE_POSITIVE", "REVIEW")
    assert (known["decidedBy"], known["reason"], known["kind"], known["objectClass"]) == (
        "anna",
        "тень",
        "DANGER_ZONE",
        "PERSON",
    )
    assert known["trackId"] == case.opened.track_id
    rule = known["decided"]["rule"]
    assert (rule["version"], rule["thresholdMin"], rule["gapS"], rule["schedule"]) == (1, 0.4, 2.0, None)
    assert rule["objectClasses"] == ["PERSON"]
    assert known["decided"]["zone"]["polygon"] == [[0.0, 0.0], [0.5, 0.0], [0.5, 1.0], [0.0, 1.0]]
    photo, clip, _ = known["files"]
    assert (photo["stored"], photo["sizeBytes"]) == ("THERE", 10)
    assert photo["url"].startswith(f"/media/{case.incident}/photo?exp=")
    assert (clip["url"], clip["missed"]) == (None, "the camera was away")
    first = known["events"][0]
    assert (first["name"], first["recordedAt"], first["detail"]["camera_id"]) == (
        "incident.opened.v1",
        second(3).isoformat(),
        "yard",
    )
    assert [event["detail"].get("text") for event in known["events"] if event["byPerson"]] == ["угол двора", None]

    assert (found["frames"]["source"], found["frames"]["total"]) == ("STREAM", case.frames + 1)
    seen = found["frames"]["rows"][0]["seen"]
    assert (seen["attributes"], found["frames"]["rows"][0]["others"]) == ([{"attribute": "HELMET", "absent": 0.7}], 1)
    assert found["path"]["repeats"] is True
    assert found["path"]["score"] == case.opened.score
    assert {"threshold": "MAX", "upwards": True} in found["path"]["crossings"]
    assert [model["id"] for model in found["models"]] == ["yolo11n", "ppe-baseline"]
    assert found["notes"] == [{"kind": "NO_CHECKPOINT"}]


async def test_the_passport_as_known_on_a_date(gateway: Gateway, case: Case) -> None:
    browser = await gateway.guard()
    found = await passport(browser, id=case.incident, at=second(10).isoformat())
    known = found["known"]
    assert (known["verdict"], known["decidedBy"], known["laterEvents"]) == ("REVIEW", None, 3)
    answer = await browser.ask(AS_KNOWN, id=case.incident, at=second(7200).isoformat())
    assert answer.data["incidentAsKnown"] == {
        "__typename": "KnownIncident",
        "verdict": "FALSE_POSITIVE",
        "decidedBy": "anna",
        "closedAt": answer.data["incidentAsKnown"]["closedAt"],
        "laterEvents": 0,
        "eventsTotal": 8,
        "files": [{"kind": "PHOTO"}, {"kind": "CLIP"}, {"kind": "DETECTIONS"}],
        "then": {"zone": {"version": 1}},
    }


async def test_before_it_was_known_the_answer_is_clear(gateway: Gateway, case: Case) -> None:
    browser = await gateway.guard()
    times = {"happenedAt": case.opened.opened_at.isoformat(), "becameKnownAt": second(3).isoformat()}
    at = T0.isoformat()
    assert await passport(browser, id=case.incident, at=at) == {"__typename": "NotKnownYet", "asKnownAt": at, **times}
    answer = await browser.ask(AS_KNOWN, id=case.incident, at=at)
    assert answer.data["incidentAsKnown"] == {"__typename": "NotKnownYet", **times}


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"id": "nobody"}, "incident_unknown"),
        ({"id": "00000000-0000-0000-0000-000000000000"}, "incident_unknown"),
        ({"id": "x" * 300}, "incident_unknown"),
        ({"at": "2026-03-02T09:00:00"}, "invalid_input"),  # without an offset
        ({"at": "2999-01-01T00:00:00Z"}, "invalid_input"),
        ({"part": {"frames": 401}}, "invalid_input"),
        ({"part": {"framesFrom": -1}}, "invalid_input"),
        ({"id": "\u0000"}, "invalid_input"),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    gateway: Gateway, case: Case, variables: dict[str, Any], code: str
) -> None:
    browser = await gateway.guard()
    found = await passport(browser, **{"id": case.incident, **variables})
    assert (found["__typename"], found["code"]) == ("Refusal", code)


async def test_frames_come_in_pages(gateway: Gateway, case: Case) -> None:
    browser = await gateway.guard()
    found = [
        (await passport(browser, id=case.incident, part={"framesFrom": n, "frames": 20}))["frames"] for n in (0, 20)
    ]
    assert [len(page["rows"]) for page in found] == [20, 11]
    sequences = [row["sequence"] for page in found for row in page["rows"]]
    assert sequences == sorted(set(sequences))


async def test_without_an_inquiry_process_the_answer_says_so(gateway: Gateway) -> None:
    browser = await gateway.guard()
    found = await passport(browser, id="00000000-0000-0000-0000-000000000001")
    assert (found["__typename"], found["code"]) == ("Refusal", "inquiry_unavailable")


async def test_many_passports_at_once_cost_too_much(gateway: Gateway) -> None:
    browser = await gateway.guard()
    fields = " ".join(f'a{n}: incidentPassport(id: "x") {{ __typename }}' for n in range(5))
    answer = await browser.ask(f"{{ {fields} }}")
    assert "costs" in answer.errors[0]["message"]


async def test_a_stranger_gets_nothing(gateway: Gateway, case: Case) -> None:
    stranger = await gateway.browser()
    assert (await stranger.ask(PASSPORT, id=case.incident)).status == 401
