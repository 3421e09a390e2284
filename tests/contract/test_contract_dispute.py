"""The time in which a citizen may dispute the end of a case: one rule in both services and in every text."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.intake.rules.citizen import allowed_acts
from services.intake.state import Complaint
from shared.events.submissions import CitizenDisputed
from shared.policy import DISPUTE_WITHIN
from tests.support.router_cases import closed

ROOT = Path(__file__).parents[2]
ENDED = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(("later", "open_"), [(DISPUTE_WITHIN, True), (DISPUTE_WITHIN + INSTANT, False)])
def test_both_services_end_it_at_the_same_instant(later: timedelta, open_: bool) -> None:
    complaint = Complaint(state="closed", ended_at=ENDED)
    assert ("dispute" in allowed_acts(complaint, ENDED + later)) is open_
    story = closed()
    since = story.case.since
    assert since is not None
    story.fold(CitizenDisputed(reason="Masih kosong.", channel="web"), at=since + later)
    assert (story.case.state == "in_progress") is open_


def test_the_texts_for_citizens_name_the_same_number_of_days() -> None:
    wording = tomllib.loads((ROOT / "services/notifier/texts.toml").read_text(encoding="utf-8"))
    assert str(wording).count("menyatakan keberatan dalam") == str(wording).count(
        f"menyatakan keberatan dalam {DISPUTE_WITHIN.days} hari"
    )
    assert f"menyatakan keberatan dalam {DISPUTE_WITHIN.days} hari" in str(wording)
    refusals = (ROOT / "services/intake/errors.py").read_text(encoding="utf-8")
    assert f"Batas {DISPUTE_WITHIN.days} hari untuk menyatakan masalahnya belum teratasi" in refusals


@pytest.mark.parametrize("page", ["docs/architecture/ordering.md", "docs/architecture/deadlines.md"])
def test_the_pages_name_the_same_number_of_days(page: str) -> None:
    assert f"ithin {DISPUTE_WITHIN.days} days" in (ROOT / page).read_text(encoding="utf-8")
