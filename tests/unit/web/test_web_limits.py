"""Token buckets per caller, and the limits on wrong keys."""

from __future__ import annotations

import pytest

from shared.buckets import Bucket, Buckets
from shared.errors import TooMany
from shared.web.attempts import Attempts
from shared.web.limits import address_block


class Hands:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def wrong_keys(attempts: Attempts, account: str | None, address: str, most: int = 1_000) -> int:
    """Try wrong keys until one is refused; how many were looked at."""
    for count in range(most):
        try:
            attempts.check(account, address)
        except TooMany:
            return count
        attempts.failed(account, address)
    return most


def test_what_was_taken_comes_back_at_the_rate() -> None:
    clock = Hands()
    buckets = Buckets(2, 3, clock)
    buckets.take("a", 3)
    with pytest.raises(TooMany) as refused:
        buckets.take("a", 3)
    assert refused.value.retry_after == 2
    clock.now = 1.5
    buckets.take("a", 3)


def test_a_refused_call_takes_nothing() -> None:
    buckets = Buckets(1, 3, Hands())
    with pytest.raises(TooMany):
        buckets.take("a", 4)
    buckets.take("a", 3)


def test_callers_beyond_the_burst_queue_each_for_its_own_turn() -> None:
    buckets = Buckets(2, 3, Hands())
    waits = [buckets.reserve("a", longest=10) for _ in range(6)]
    assert waits == [0, 0, 0, 0.5, 1.0, 1.5]


def test_a_queue_has_an_end_and_says_when_to_come_again() -> None:
    buckets = Buckets(1, 1, Hands())
    assert [buckets.reserve("a", longest=2) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(TooMany) as refused:
        buckets.reserve("a", longest=2)
    assert refused.value.retry_after == 1


def test_a_bucket_gives_its_rate_and_saves_up_its_burst() -> None:
    clock = Hands()
    bucket = Bucket(40, 40, clock)
    bucket.take(40)
    assert bucket.left() == 0
    clock.now = 0.5
    assert bucket.left() == 20
    clock.now = 60
    assert bucket.left() == 40


@pytest.mark.parametrize("rate", [0.5, 0.1, 0.99])
def test_a_rate_below_one_a_second_still_lets_one_go(rate: float) -> None:
    clock = Hands()
    bucket = Bucket(rate, 1, clock)
    bucket.take()
    clock.now = 0.9 / rate
    assert bucket.left() == 0
    clock.now = 1.01 / rate
    assert bucket.left() == 1


def test_tokens_taken_in_advance_are_paid_back_first() -> None:
    clock = Hands()
    bucket = Bucket(1, 2, clock)
    bucket.take(5)
    assert (bucket.left(), bucket.level(), bucket.wait()) == (0, -3, 4)
    clock.now = 4
    assert (bucket.left(), bucket.wait(2)) == (1, 1)


def test_one_caller_never_uses_up_what_is_anothers() -> None:
    buckets = Buckets(1, 1, Hands())
    buckets.take("a")
    buckets.take("b")


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.8", "203.0.113.8"),
        ("2001:db8:0:1:aaaa::1", "2001:db8::"),
        ("2001:db8:0:ff:bbbb::2", "2001:db8::"),
        ("2001:db8:0:100::1", "2001:db8:0:100::"),
        ("", "unknown"),
        ("_hidden", "unknown"),
    ],
)
def test_limits_count_an_ipv4_address_or_the_household_of_an_ipv6_address(address: str, block: str) -> None:
    assert address_block(address) == block


def test_guessing_the_key_of_one_account_ends_after_a_few() -> None:
    clock = Hands()
    attempts = Attempts(clock)
    assert wrong_keys(attempts, "diskominfo", "203.0.113.7") == 10
    clock.now = 61
    assert wrong_keys(attempts, "diskominfo", "203.0.113.7") == 1


def test_a_colleague_behind_the_same_address_logs_in_while_another_is_refused() -> None:
    attempts = Attempts(Hands())
    wrong_keys(attempts, "dishub", "203.0.113.7")
    wrong_keys(attempts, None, "203.0.113.7")
    attempts.check("dinkes", "203.0.113.7")


def test_an_officer_logs_in_at_his_own_address_while_a_stranger_guesses_his_key_elsewhere() -> None:
    attempts = Attempts(Hands())
    wrong_keys(attempts, "dishub", "198.51.100.1")
    attempts.check("dishub", "203.0.113.7")


def test_guessing_from_many_addresses_is_limited_and_does_not_lock_out_where_the_account_works() -> None:
    attempts = Attempts(Hands())
    attempts.succeeded("dishub", "203.0.113.7")
    looked_at = sum(wrong_keys(attempts, "dishub", f"198.51.100.{number}") for number in range(50))
    assert looked_at == 100
    attempts.check("dishub", "203.0.113.7")


def test_an_address_may_try_only_so_many_keys_of_nobody() -> None:
    assert wrong_keys(Attempts(Hands()), None, "198.51.100.1") == 60


def test_typing_ones_own_key_wrong_now_and_then_is_never_refused() -> None:
    clock = Hands()
    attempts = Attempts(clock)
    for _ in range(100):
        assert wrong_keys(attempts, "dishub", "203.0.113.7", most=2) == 2
        attempts.check("dishub", "203.0.113.7")
        clock.now += 3600


def test_right_keys_cost_nothing() -> None:
    attempts = Attempts(Hands())
    for _ in range(1_000):
        attempts.check("dishub", "203.0.113.7")
        attempts.succeeded("dishub", "203.0.113.7")
