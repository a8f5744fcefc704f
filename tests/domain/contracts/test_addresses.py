"""Logins that stand in a camera's address behind its host: found, masked, kept apart, and filled in again."""

import pytest

from domain.contracts.addresses import LoginNotSplit, filled, has_login, has_place, masked, without_login

QUERY = "rtsp://10.0.0.5/live?user=admin&password=canary&channel=1"
PATH = "rtsp://10.0.0.5:554/user=admin&password=canary&channel=1&stream=0.sdp?real_stream"


@pytest.mark.parametrize(
    ("address", "left", "login"),
    [
        (QUERY, "rtsp://10.0.0.5/live?user={user}&password={password}&channel=1", "admin:canary"),
        (
            PATH,
            "rtsp://10.0.0.5:554/user={user}&password={password}&channel=1&stream=0.sdp?real_stream",
            "admin:canary",
        ),
        ("rtsp://10.0.0.5/x?token=canary", "rtsp://10.0.0.5/x?token={password}", ":canary"),
        ("rtsp://10.0.0.5?PWD=canary&Usr=a", "rtsp://10.0.0.5?PWD={password}&Usr={user}", "a:canary"),
        ("rtsp://10.0.0.5/x?p%61ssword=ca%2Fn%26ary", "rtsp://10.0.0.5/x?p%61ssword={password}", ":ca/n&ary"),
        ("rtsp://10.0.0.5/x?password=can/ary", "rtsp://10.0.0.5/x?password={password}", ":can/ary"),
        ("rtsp://10.0.0.5/x?user=a&password=", "rtsp://10.0.0.5/x?user={user}&password=", "a:"),
        ("rtsp://10.0.0.5/x?pwd=same&password=same", "rtsp://10.0.0.5/x?pwd={password}&password={password}", ":same"),
    ],
)
def test_a_login_is_taken_out_of_an_address_and_comes_back_when_it_is_dialled(
    address: str, left: str, login: str
) -> None:
    assert has_login(address)
    assert without_login(address) == (left, login)
    assert not has_login(left)
    assert has_place(left)
    again = filled(left, login)
    assert without_login(again) == (left, login), "whatever is escaped in it"
    assert "canary" not in masked(address)
    assert masked(left) == left


@pytest.mark.parametrize(
    "address",
    [
        "rtsp://10.0.0.5/main",
        "rtsp://10.0.0.5/cam/realmonitor?channel=1&subtype=0&unicast=true&proto=Onvif",
        "rtsp://10.0.0.5/Streaming/Channels/101?transportmode=unicast&profile=Profile_1",
        "rtsp://10.0.0.5/x?password=&user=",
        "rtsp://10.0.0.5/x?keyframes=1&tokens=2&users=3",
        "file:///films/gate.mp4",
        "archive:///records/2026",
        "",
    ],
)
def test_an_address_without_a_login_stays_as_it_is(address: str) -> None:
    assert not has_login(address)
    assert (without_login(address), masked(address), filled(address, "admin:canary")) == (
        (address, None),
        address,
        address,
    )


@pytest.mark.parametrize(
    "address",
    [
        "rtsp://10.0.0.5/x?password=canary&token=other",
        "rtsp://10.0.0.5/x?user=a&login=b",
        "rtsp://10.0.0.5/x?user=a:b&password=canary",
    ],
)
def test_what_cannot_be_told_apart_is_said_without_repeating_it(address: str) -> None:
    with pytest.raises(LoginNotSplit) as refusal:
        without_login(address)
    assert "canary" not in str(refusal.value)


def test_where_nothing_is_kept_nothing_is_filled_in() -> None:
    assert filled("rtsp://10.0.0.5/x?user={user}&password={password}", None) == "rtsp://10.0.0.5/x?user=&password="


def test_a_host_is_never_taken_for_a_login() -> None:
    """The place that a login is bound to does not depend on the login."""
    assert filled("rtsp://{user}.example/x?password={password}", "evil:p") == "rtsp://{user}.example/x?password=p"


def test_a_file_may_be_called_anything() -> None:
    named = "archive:///records/user=anna/pass=1.mp4"
    assert not has_login(named)
    assert without_login(named) == (named, None)


def test_every_address_in_a_text_is_masked() -> None:
    text = f"cannot open {QUERY!r}: time-out; nor '{PATH}'"
    shown = masked(text)
    assert "canary" not in shown
    assert "admin" not in shown
    assert "time-out" in shown
