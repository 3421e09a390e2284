"""A short run of the kills of either side of the connection to SP4N. `make chaos` takes longer and does more."""

import random
from pathlib import Path

import pytest

from tests.chaos.mirror import plan, shake


@pytest.mark.chaos
@pytest.mark.timeout(590)
async def test_both_sides_agree_and_nothing_is_doubled_while_either_is_killed(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")
    verdict = await shake(tmp_path, seed, plan(seed, 1), complaints=200, pace=3, report=print)
    assert verdict.wrong == [], verdict.figures
