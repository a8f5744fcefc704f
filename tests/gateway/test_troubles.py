"""What processes say of a camera reaches its warnings in the console, and goes when it is over."""

import pytest
from nats.aio.client import Client

from gateway.troubles import Trouble, TroubleKind, troubles_of
from gateway.vitals import FRESH_S, Report, VitalsBoard
from tests.gateway.conftest import Gateway
from tests.gateway.test_health import admin, tell

__all__ = ["admin"]

QUERY = "{ cameras { id troubles { kind about } } }"
MODEL = 'kaska_model_not_loaded{{camera="{camera}",kind="detector",model="hall-2"}} {value}\n'
RESTS = 'kaska_rule_rests{{camera="{camera}",kind="NO_MASK"}} 1.0\n'
LOGIN = 'kaska_login_withheld{{camera="gate",stream="{stream}"}} {value}\n'
STRETCH = "kaska_detector_stretch {value}\n"
FAULT = 'kaska_stream_fault{{camera="gate",stream="{stream}",fault="login_refused"}} 1.0\n'
CLOCK = 'kaska_camera_clock_ahead_seconds{{camera="gate"}} {value}\n'
SPOOLED = 'kaska_evidence_spooled_bytes{{camera="gate"}} {value}\n'


def board(at: float = 0.0, **reports: str) -> VitalsBoard:
    heard = VitalsBoard(lambda: at)
    heard._reports = {name.replace("_", "."): Report(name, text, 0.0) for name, text in reports.items()}
    return heard


@pytest.mark.parametrize(
    ("inference", "producer_gate", "found"),
    [
        (MODEL.format(camera="gate", value=1.0), "", [Trouble(TroubleKind.MODEL_NOT_LOADED, "hall-2")]),
        (MODEL.format(camera="yard", value=1.0), "", []),
        (MODEL.format(camera="gate", value=0.0), "", []),
        ("", LOGIN.format(stream="main", value=1.0), [Trouble(TroubleKind.LOGIN_WITHHELD, "main")]),
        (
            "",
            LOGIN.format(stream="main", value=0.0) + LOGIN.format(stream="second", value=1.0),
            [Trouble(TroubleKind.LOGIN_WITHHELD, "second")],
        ),
        (RESTS.format(camera="gate"), "", [Trouble(TroubleKind.RULE_RESTS, "NO_MASK")]),
        (RESTS.format(camera="yard"), "", []),
        ("no Prometheus text {", "neither is {", []),
        (STRETCH.format(value=1.44), "", []),
        (STRETCH.format(value=1.5), "", [Trouble(TroubleKind.OVERLOADED, "1.5")]),
        ("", FAULT.format(stream="main"), [Trouble(TroubleKind.STREAM_FAILS, "login_refused")]),
        ("", FAULT.format(stream="second"), [Trouble(TroubleKind.SECOND_STREAM_FAILS, "login_refused")]),
        ("", CLOCK.format(value=1.9), []),
        ("", CLOCK.format(value=-7.4), [Trouble(TroubleKind.CLOCK_WRONG, "-7")]),
        ("kaska_detector_fallback 0.0\n", "", []),
        ("kaska_detector_fallback 1.0\n", "", [Trouble(TroubleKind.DETECTOR_REPLACED, "")]),
        ("", SPOOLED.format(value=float(20 << 20)), []),
        ("", SPOOLED.format(value=float(30 << 20)), [Trouble(TroubleKind.EVIDENCE_WAITS, "30")]),
    ],
)
def test_troubles_are_read_from_vitals(inference: str, producer_gate: str, found: list[Trouble]) -> None:
    assert troubles_of(board(inference=inference, producer_gate=producer_gate), "gate") == found


@pytest.mark.parametrize(("has_second", "up", "silent"), [(True, 0, True), (True, 1, False), (False, 0, False)])
def test_a_second_stream_is_missed_only_where_there_is_one(has_second: bool, up: int, silent: bool) -> None:
    heard = board(producer_gate=f'kaska_second_stream_up{{camera="gate"}} {up}.0\n')
    found = troubles_of(heard, "gate", has_second=has_second)
    assert found == ([Trouble(TroubleKind.SECOND_STREAM_SILENT, "")] if silent else [])


def test_of_a_process_that_is_not_heard_any_more_nothing_is_told() -> None:
    text = MODEL.format(camera="gate", value=1.0)
    assert troubles_of(board(at=FRESH_S + 1, inference=text), "gate") == []


async def test_the_console_is_told_until_it_is_over(gateway: Gateway, admin: Client) -> None:
    browser = await gateway.guard()
    for text, wanted in (
        (MODEL.format(camera="gate", value=1.0), [{"kind": "MODEL_NOT_LOADED", "about": "hall-2"}]),
        ("", []),
    ):
        await tell(gateway, admin, inference=text)
        answer = await browser.ask(QUERY)
        told = {each["id"]: each["troubles"] for each in answer.data["cameras"]}
        assert told["gate"] == wanted
