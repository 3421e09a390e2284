"""The conversation through the real door: signed webhooks in, complaints and replies out, once whatever is repeated."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.clock import step_clock
from tests.support.conversation_door import DoorPlayer
from tests.support.conversations import Scene, scenes
from tests.support.infra import Database
from tests.support.intake import Intake, opened

ALL = scenes()
START = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """Return the file of a stepped clock."""
    step_clock(tmp_path / "clock.jsonl", START)
    return tmp_path / "clock.jsonl"


@pytest.fixture
async def stepped(intake_database: Database, clock: Path) -> AsyncIterator[Intake]:
    """Yield an intake whose clock the test steps."""
    async with opened(intake_database, clock_file=clock) as running_intake:
        yield running_intake


def without_files(lines: list[str]) -> list[str]:
    """Return the lines without the number of files, which are stored elsewhere."""
    return [re.sub(r" \+\d+", "", line) for line in lines]


@pytest.mark.parametrize("scene", ALL, ids=[scene.title for scene in ALL])
async def test_a_conversation_through_the_webhook(stepped: Intake, clock: Path, scene: Scene) -> None:
    assert await DoorPlayer(stepped, clock).play(scene) == without_files(scene.written)


@pytest.mark.parametrize("scene", [one for one in ALL if one.title.endswith("*")], ids=lambda scene: scene.title)
async def test_webhooks_that_come_three_times_change_nothing_more(stepped: Intake, clock: Path, scene: Scene) -> None:
    assert await DoorPlayer(stepped, clock).play(scene, times=3) == without_files(scene.written)
