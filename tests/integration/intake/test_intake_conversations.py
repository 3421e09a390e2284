"""The conversation through the real door: signed webhooks in, complaints and replies out, once whatever is repeated."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.clock import step_clock
from tests.support.conversation_door import DoorPlayer
from tests.support.conversations import Scene, scenes
from tests.support.infra import Database
from tests.support.intake import Intake, message, opened

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


async def submitted(intake: Intake) -> list[str]:
    """Return the texts of all complaints."""
    return [str(data["text"]) for _, data in await intake.events("submission.submitted")]


async def test_webhooks_that_come_at_the_same_time_and_again_make_one_complaint(stepped: Intake) -> None:
    await stepped.whatsapp(message("wamid.1", "lampu jalan mati di depan rumah"))
    await stepped.whatsapp(message("wamid.2", "di Palaran"))
    last = [stepped.whatsapp(message("wamid.3", "kirim")) for _ in range(5)]
    answers = await asyncio.gather(*last, stepped.whatsapp(message("wamid.4", "ya")))
    assert {answer.status_code for answer in answers} == {200}
    assert await submitted(stepped) == ["lampu jalan mati di depan rumah\ndi Palaran"]


async def test_a_person_who_presses_send_while_the_timer_fires_files_once(stepped: Intake, clock: Path) -> None:
    player = DoorPlayer(stepped, clock)
    await stepped.whatsapp(message("wamid.1", "lampu jalan mati di depan rumah"))
    await stepped.whatsapp(message("wamid.2", "di Palaran"))
    step_clock(clock, START + timedelta(minutes=10))
    await asyncio.gather(player.wait(timedelta()), stepped.whatsapp(message("wamid.3", "kirim")))
    await player.wait(timedelta(days=2))
    assert len(await submitted(stepped)) == 1


@pytest.mark.parametrize("point", ["before_save", "before_commit", "after_commit"])
async def test_a_complaint_is_filed_once_though_the_process_fails_at_any_point(
    stepped: Intake, clock: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    failures = iter([True, True])

    def fail(reached: str) -> None:
        if reached == point and next(failures, False):
            raise ConnectionError("cut")

    for number, text in enumerate(("lampu jalan mati di depan rumah", "di Palaran", "kirim")):
        monkeypatch.setattr(stepped.live.step.parts, "fault", fail if text == "kirim" else lambda _point: None)
        for _ in range(4):
            answer = await stepped.whatsapp(message(f"wamid.{number}", text))
        assert answer.status_code == 200
    await DoorPlayer(stepped, clock).wait(timedelta(days=2))
    assert await submitted(stepped) == ["lampu jalan mati di depan rumah\ndi Palaran"]


async def test_a_quoted_bubble_of_the_draft_leads_to_the_complaint_that_it_became(stepped: Intake) -> None:
    for number, text in enumerate(("lampu jalan mati di depan rumah", "di Palaran", "kirim")):
        await stepped.whatsapp(message(f"wamid.{number}", text))
    await stepped.whatsapp(message("wamid.9", "sampai sekarang gelap", context={"id": "wamid.0"}))
    kinds: list[Any] = [kind for kind, _ in await stepped.events("submission.")]
    assert kinds == ["submission.submitted", "submission.citizen_replied"]
