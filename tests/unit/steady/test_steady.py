"""Answers that take the same time, whatever they find."""

import pytest

from shared.steady import steady


class Watch:
    """A clock that only work and sleep move."""

    def __init__(self) -> None:
        self.at = 100.0

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.at += seconds


@pytest.mark.parametrize(("work", "ends"), [(0.0, 0.5), (0.01, 0.5), (0.49, 0.5), (0.5, 0.5), (0.7, 1.0)])
async def test_work_ends_at_a_multiple_of_the_step(work: float, ends: float) -> None:
    watch = Watch()
    async with steady(0.5, watch.now, watch.sleep):
        watch.at += work
    assert watch.at - 100 == pytest.approx(ends)


async def test_a_refusal_takes_as_long() -> None:
    watch = Watch()
    with pytest.raises(LookupError):
        async with steady(0.5, watch.now, watch.sleep):
            raise LookupError
    assert watch.at - 100 == pytest.approx(0.5)
