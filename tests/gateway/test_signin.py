"""Signing in and out (FAULTS G5, F5)."""

import asyncio
from typing import Any

from argon2 import PasswordHasher

from gateway.signin.passwords import DECOY
from gateway.signin.sessions import COOKIE
from tests.gateway.conftest import PASSWORD, Gateway


async def test_the_right_password_opens_a_session_that_says_who_one_is(gateway: Gateway) -> None:
    browser = await gateway.browser()
    answer = await browser.sign_in()
    assert answer.status_code == 200
    assert (await browser.http.get("/api/session")).json()["login"] == "admin"


async def test_the_cookie_is_kept_from_scripts_and_from_other_sites(gateway: Gateway) -> None:
    browser = await gateway.browser()
    cookie = (await browser.sign_in()).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


async def test_the_cookie_travels_over_tls_only_when_the_page_did(gateway: Gateway) -> None:
    browser = await gateway.browser(**{"X-Forwarded-Proto": "https"})
    assert "Secure" in (await browser.sign_in()).headers["set-cookie"]


async def test_only_a_hash_of_the_token_is_stored(gateway: Gateway) -> None:
    browser = await gateway.guard()
    async with gateway.services.database.connection() as connection:
        rows = await (await connection.execute("select token_hash::text, login, address from auth.session")).fetchall()
    assert rows
    assert browser.http.cookies[COOKIE] not in str(rows)


async def test_a_wrong_password_and_an_unknown_login_are_answered_alike(gateway: Gateway) -> None:
    browser = await gateway.browser()
    wrong = await browser.sign_in(password="wrong")
    unknown = await browser.sign_in(login="nobody", password="wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


async def test_five_wrong_passwords_lock_even_the_right_one_out(gateway: Gateway) -> None:
    browser = await gateway.browser()
    for _ in range(5):
        assert (await browser.sign_in(password="wrong")).status_code == 401
    locked = await browser.sign_in()
    assert locked.status_code == 429
    assert 0 < int(locked.headers["retry-after"]) <= 30


async def test_tries_at_the_same_time_are_counted_like_tries_in_turn(gateway: Gateway) -> None:
    browser = await gateway.browser()
    answers = await asyncio.gather(*(browser.sign_in(password=f"guess {n}") for n in range(12)))
    assert sorted(a.status_code for a in answers) == [401] * 5 + [429] * 7


async def test_signing_out_ends_the_session_on_the_server(gateway: Gateway) -> None:
    browser = await gateway.guard()
    token = browser.http.cookies[COOKIE]
    assert (await browser.http.delete("/api/session")).status_code == 204
    answer = await browser.http.get("/api/session", headers={"Cookie": f"{COOKIE}={token}"})
    assert answer.status_code == 401


async def test_a_disabled_login_is_out_at_its_next_call(gateway: Gateway) -> None:
    browser = await gateway.guard()
    await gateway.services.database.execute(b"update auth.credential set disabled_at = now()")
    assert (await browser.http.get("/api/session")).status_code == 401
    assert (await browser.sign_in()).status_code == 401


async def test_a_session_that_ran_out_is_none(gateway: Gateway) -> None:
    browser = await gateway.guard()
    await gateway.services.database.execute(b"update auth.session set expires_at = now() - interval '1 second'")
    assert (await browser.http.get("/api/session")).status_code == 401


async def test_the_first_password_makes_an_administrator_once(gateway: Gateway) -> None:
    await gateway.services.database.execute(b"truncate auth.credential cascade")
    await gateway.services.passwords.ensure_administrator("first password")
    await gateway.services.passwords.ensure_administrator("second password")
    browser = await gateway.browser()
    assert (await browser.sign_in(password="second password")).status_code == 401
    assert (await browser.sign_in(password="first password")).status_code == 200


async def test_a_sign_in_from_another_site_is_refused(gateway: Gateway) -> None:
    browser = await gateway.browser(Origin="https://evil.example")
    assert (await browser.sign_in()).status_code == 403


async def test_odd_bodies_are_refused_without_an_error_inside(gateway: Gateway) -> None:
    browser = await gateway.browser()
    odd: list[Any] = [{}, {"login": "admin"}, {"login": "", "password": ""}, {"login": "a" * 65, "password": "x"}, []]
    for body in odd:
        assert (await browser.http.post("/api/session", json=body)).status_code == 422
    assert (await browser.sign_in(login="\x00")).status_code == 401
    assert PASSWORD not in (await browser.http.post("/api/session", json={"password": PASSWORD})).text


def test_an_unknown_login_costs_as_much_as_a_known_one() -> None:
    assert not PasswordHasher().check_needs_rehash(DECOY)
