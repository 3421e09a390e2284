"""The one helper for retries: it waits longer after each failure, and ends when it is told to."""

import asyncio
from functools import partial

import pytest

from shared.backoff import Backoff, every, retry
from shared.postgres.retrying import retry_when_broken


class Attempts:
    """An attempt that fails so many times before it succeeds, and the pauses that were made."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.calls = 0
        self.pauses: list[float] = []

    async def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise ConnectionError
        return "done"

    async def wait(self, seconds: float) -> None:
        self.pauses.append(seconds)


async def test_it_waits_longer_and_longer_until_the_attempt_succeeds() -> None:
    attempt = Attempts(8)
    assert await retry(attempt, (ConnectionError,), wait=attempt.wait) == "done"
    assert len(attempt.pauses) == 8
    assert attempt.pauses[0] < 0.06
    assert attempt.pauses[-1] >= 1.0


async def test_an_error_of_another_kind_is_raised_at_once() -> None:
    attempt = Attempts(1)
    with pytest.raises(ConnectionError):
        await retry(attempt, (TimeoutError,), wait=attempt.wait)
    assert attempt.pauses == []


async def test_the_last_error_is_raised_when_the_tries_are_used_up() -> None:
    attempt = Attempts(9)
    with pytest.raises(ConnectionError):
        await retry(attempt, (ConnectionError,), tries=3, wait=attempt.wait)
    assert (attempt.calls, len(attempt.pauses)) == (3, 2)


async def test_whoever_is_told_of_a_failure_can_end_the_retries() -> None:
    attempt, told = Attempts(9), list[int]()

    async def failed(_error: Exception, backoff: Backoff) -> None:
        told.append(backoff.tries)
        if backoff.tries == 2:
            raise LookupError

    with pytest.raises(LookupError):
        await retry(attempt, (ConnectionError,), failed=failed, wait=attempt.wait)
    assert told == [0, 1, 2]


async def test_a_success_forgets_the_failures() -> None:
    backoff, attempt = Backoff(), Attempts(5)
    await retry(attempt, (ConnectionError,), backoff=backoff, wait=attempt.wait)
    assert (backoff.tries, backoff.elapsed) == (0, 0.0)


async def test_a_round_that_fails_is_told_and_left_to_the_next() -> None:
    attempt, told = Attempts(2), list[Exception]()
    task = asyncio.create_task(every(0.001, attempt, (ConnectionError,), failed=told.append))
    while attempt.calls < 4:
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(told) == 2


async def test_a_call_outlives_a_connection_that_is_broken_for_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = Attempts(99)
    monkeypatch.setattr("shared.backoff.random.uniform", lambda low, _high: low)
    monkeypatch.setattr("shared.postgres.retrying.retry", partial(retry, wait=attempt.wait))
    with pytest.raises(ConnectionError):
        await retry_when_broken(attempt)
    assert 1.2 <= sum(attempt.pauses) <= 2.5
