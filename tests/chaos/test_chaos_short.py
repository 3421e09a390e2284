"""A short chaos run. `make chaos` takes longer and does more."""

import random
from pathlib import Path

import pytest

from tests.chaos.plan import short
from tests.chaos.run import shake


@pytest.mark.chaos
@pytest.mark.timeout(300)
async def test_nothing_is_lost_repeated_or_reordered_while_everything_is_killed(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")
    verdict = await shake(tmp_path, seed, short(seed), complaints=200, pace=10, report=print)
    assert verdict.wrong == [], verdict.figures
