"""The counting of failed sign-ins, with a clock of its own."""

from gateway.signin.attempts import (
    FIRST_LOCK_S,
    FREE_TRIES,
    FREE_TRIES_PER_ADDRESS,
    FREE_TRIES_PER_LOGIN,
    LONGEST_LOCK_S,
    Attempts,
)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_lock_ends_and_the_next_one_is_longer() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(FREE_TRIES):
        assert attempts.begin("admin", "10.0.0.1") == 0
    assert attempts.begin("admin", "10.0.0.1") == FIRST_LOCK_S
    clock.now += FIRST_LOCK_S
    assert attempts.begin("admin", "10.0.0.1") == 0
    assert attempts.begin("admin", "10.0.0.1") == 2 * FIRST_LOCK_S


def test_no_lock_is_longer_than_the_longest() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(40):
        clock.now += attempts.begin("admin", "10.0.0.1")
    assert attempts.begin("admin", "10.0.0.1") <= LONGEST_LOCK_S


def test_a_success_makes_the_counts_afresh() -> None:
    attempts = Attempts(Clock())
    for _ in range(10 * FREE_TRIES_PER_LOGIN):
        assert attempts.begin("admin", "10.0.0.1") == 0
        attempts.succeeded("admin", "10.0.0.1")


def test_another_address_is_not_locked_with_the_first() -> None:
    attempts = Attempts(Clock())
    for _ in range(FREE_TRIES + 1):
        attempts.begin("admin", "10.0.0.1")
    assert attempts.begin("admin", "10.0.0.2") == 0


def test_one_address_cannot_try_many_logins() -> None:
    attempts = Attempts(Clock())
    for n in range(FREE_TRIES_PER_ADDRESS):
        assert attempts.begin(f"user{n}", "10.0.0.1") == 0
    assert attempts.begin("user", "10.0.0.1") > 0


def test_many_addresses_cannot_try_one_login_for_ever() -> None:
    attempts = Attempts(Clock())
    for n in range(FREE_TRIES_PER_LOGIN):
        assert attempts.begin("admin", f"10.0.{n // 250}.{n % 250}") == 0
    assert attempts.begin("admin", "10.9.9.9") > 0


def test_the_memory_is_bounded() -> None:
    attempts = Attempts(Clock())
    for n in range(20_000):
        attempts.begin(f"user{n}", f"10.{n // 65536}.{n // 256 % 256}.{n % 256}")
    assert len(attempts._counts) <= 10_003
