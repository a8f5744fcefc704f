"""/healthz and /metrics: what runs, what is missing, and all measurements in one text."""

from dataclasses import replace

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from domain.contracts import codec
from domain.contracts.guard import GUARD, GuardReport, GuardVerdict
from domain.contracts.subjects import EVENTS
from gateway.cameras import CameraState
from gateway.metrics import merged
from gateway.vitals import FRESH_S, Report, VitalsBoard
from infra.embedded.nats import NatsServer
from infra.nats.bridge import connect
from infra.nats.streams import last_sequence
from tests.gateway.conftest import METRICS_TOKEN, Gateway
from tests.gateway.plant import CAMERA, INCIDENT

PROCESSES = (
    *("domain", "inference", "projections", "notary", "inquiry"),
    *("replay", "teacher", "custodian", "producer_gate"),
)
EVERYTHING = dict.fromkeys(PROCESSES, "")
HELP = "# HELP kaska_seen things seen\n# TYPE kaska_seen counter\n"


@pytest.fixture
async def admin(nats_server: NatsServer) -> Client:
    return await connect(nats_server.url("admin"), name="test")


async def tell(gateway: Gateway, admin: Client, **texts: str) -> None:
    """Publishes vitals and waits until the gateway has heard the last of them."""
    for process, text in texts.items():
        await admin.publish("vitals." + process.replace("_", "."), text.encode())
    await admin.flush()
    await gateway.services.nats.flush()


async def test_all_is_well_when_everything_is_heard(gateway: Gateway, admin: Client) -> None:
    await tell(gateway, admin, **EVERYTHING)
    stranger = await gateway.browser()
    answer = await stranger.http.get("/healthz")
    assert answer.status_code == 200
    everything = {"database": True, "nats": True, "history": True, "processes": True, "projections": True}
    assert answer.json() == {"status": "ok", "checks": everything}


async def test_a_camera_of_recordings_has_no_process_to_be_missed(gateway: Gateway, admin: Client) -> None:
    gateway.plant.put_row("camera", **CAMERA | {"id": "arc-gate", "source": "archive:///records/gate", "position": 2})
    await tell(gateway, admin, **EVERYTHING)
    stranger = await gateway.browser()
    assert (await stranger.http.get("/healthz")).status_code == 200


async def test_a_silent_process_is_missed_and_named_to_those_who_hold_a_key(gateway: Gateway, admin: Client) -> None:
    await tell(
        gateway, admin, **{name: "" for name in EVERYTHING if name not in ("inference", "notary", "producer_gate")}
    )
    stranger = await gateway.browser()
    answer = await stranger.http.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "failing"
    assert "details" not in answer.json()
    scraper = await gateway.browser(Authorization=f"Bearer {METRICS_TOKEN}")
    details = (await scraper.http.get("/healthz")).json()["details"]
    assert details["missing_processes"] == ["inference", "notary", "producer.gate"]
    behind = await last_sequence(admin, EVENTS)
    assert details["projection_lag"] == {"incidents": behind, "plant": behind}


async def test_cameras_that_are_not_watched_as_they_should_be_are_named(gateway: Gateway, admin: Client) -> None:
    gateway.plant.put_row("camera", **CAMERA | {"id": "yard", "position": 2})
    online = 'kaska_stream_up{{camera="{camera}"}} {up}\nkaska_stream_fps{{camera="{camera}"}} 25\n'
    withheld = 'kaska_login_withheld{camera="yard",stream="main"} 1\n'
    await tell(
        gateway,
        admin,
        **EVERYTHING
        | {"producer_gate": online.format(camera="gate", up=1)}
        | {"producer_yard": online.format(camera="yard", up=0) + withheld},
    )
    scraper = await gateway.browser(Authorization=f"Bearer {METRICS_TOKEN}")
    answer = await scraper.http.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["details"]["cameras"] == {"yard": ["no_picture", "login_withheld main"]}
    assert "yard" not in (await (await gateway.browser()).http.get("/healthz")).text


async def test_a_history_that_is_not_whole_is_failing_and_told_to_those_who_hold_a_key(
    gateway: Gateway, admin: Client
) -> None:
    await tell(gateway, admin, **EVERYTHING)
    verdict = GuardVerdict((GuardReport("domain", ("stream EVENTS ends at 7, it was at 9 already",)),))

    async def answer_as_domain(message: Msg) -> None:
        await admin.publish(message.reply, codec.to_json(verdict))

    subscription = await admin.subscribe(GUARD, cb=answer_as_domain)
    await admin.flush()
    answer = await (await gateway.browser()).http.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["history"] is False
    scraper = await gateway.browser(Authorization=f"Bearer {METRICS_TOKEN}")
    details = (await scraper.http.get("/healthz")).json()["details"]
    assert details["history"] == ["domain: stream EVENTS ends at 7, it was at 9 already"]
    await subscription.unsubscribe()


async def test_without_postgres_the_answer_still_comes(
    gateway: Gateway, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from psycopg_pool import PoolTimeout

    def none_left(*_: object) -> None:
        raise PoolTimeout

    monkeypatch.setattr(gateway.services.database._pool, "connection", none_left)
    answer = await (await gateway.browser()).http.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] is False


async def test_measurements_of_all_processes_are_one_text(gateway: Gateway, admin: Client) -> None:
    await tell(
        gateway,
        admin,
        domain=HELP + "kaska_seen_total 3\n",
        producer_gate=HELP + 'kaska_seen_total{camera="gate"} 5\n',
        broken="{{{",
    )
    text = (await (await gateway.guard()).http.get("/metrics")).text
    assert 'kaska_seen_total{process="domain"} 3.0' in text
    assert 'kaska_seen_total{camera="gate",process="producer.gate"} 5.0' in text
    assert text.count("# TYPE kaska_seen_total counter") == 1


@pytest.mark.parametrize(
    ("text", "state", "fps"),
    [
        ("kaska_stream_up 1\nkaska_stream_fps 9.5\n", CameraState.ONLINE, 9.5),
        ("kaska_stream_up 0\nkaska_stream_fps 0\n", CameraState.NO_PICTURE, 0.0),
        ("", CameraState.NO_PICTURE, None),
        ("{{{", CameraState.OFFLINE, None),
    ],
)
async def test_a_camera_is_what_its_producer_says(
    gateway: Gateway, admin: Client, text: str, state: CameraState, fps: float | None
) -> None:
    browser = await gateway.guard()
    query = "{ cameras { id name state fps liveUrl rules { name thresholdMax } } }"
    [silent] = (await browser.ask(query)).data["cameras"]
    assert (silent["state"], silent["fps"]) == ("OFFLINE", None)
    await tell(gateway, admin, producer_gate=text)
    [camera] = (await browser.ask(query)).data["cameras"]
    assert (camera["state"], camera["fps"]) == (state.name, fps)
    assert camera["liveUrl"] == "/live/gate/index.m3u8"


def test_a_report_grows_stale() -> None:
    now = 100.0
    board = VitalsBoard(lambda: now)
    board._reports["domain"] = Report("domain", "", 100.0)
    assert board.missing(["domain", "inference"]) == ["inference"]
    now += FRESH_S + 0.1
    assert board.missing(["domain"]) == ["domain"]
    assert board.fresh() == []


def test_one_name_of_two_types_keeps_the_first() -> None:
    counter = Report("a", HELP + "kaska_seen_total 1\n", 0)
    gauge = Report("b", "# TYPE kaska_seen gauge\nkaska_seen 2\n", 0)
    text = merged([counter, gauge]).decode()
    assert 'kaska_seen_total{process="a"} 1.0' in text
    assert "gauge" not in text


async def test_the_lag_is_that_of_the_slowest_projection(gateway: Gateway, nats_server: NatsServer) -> None:
    own = await connect(nats_server.url("domain"), name="test")
    ack = await own.jetstream().publish("es.incident.test", b"{}")
    await own.close()
    gateway.plant.put(replace(INCIDENT, position=ack.seq))
    scraper = await gateway.browser(Authorization=f"Bearer {METRICS_TOKEN}")
    details = (await scraper.http.get("/healthz")).json()["details"]
    assert details["projection_lag"] == {"incidents": 0, "plant": ack.seq}
