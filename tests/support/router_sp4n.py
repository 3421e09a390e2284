"""Rows of SP4N's export as the router receives them: imported, and imported again."""

from datetime import datetime, timedelta
from typing import Any

from shared.events.fact import Fact
from shared.events.submissions import External, ExternalStatusChanged, Submitted
from tests.support.router_facts import SCHOOL, START, Story, submitted

FILED = START - timedelta(days=1200)
DISPOSED = FILED + timedelta(days=3)
FOLLOWED_UP = FILED + timedelta(days=20)
WORDS = {
    "verification": "Belum Terverifikasi",
    "awaiting_citizen": "Menunggu Kelengkapan Informasi",
    "assigned": "Terverifikasi",
    "in_progress": "Ditanggapi oleh Pelapor",
}


def there(status: str, word: str = "", **more: Any) -> External:
    told: dict[str, Any] = {
        "system": "sp4n",
        "id": "7000001",
        "status": status,
        "status_text": word or WORDS.get(status, status),
    }
    return External(**({"opd": "Dinas Perhubungan"} | told | more))


def row(external: External, text: str = SCHOOL, filed_at: datetime = FILED, **more: Any) -> Submitted:
    return submitted(text, channel="sp4n", external=external, filed_at=filed_at, **more)


def old(status: str, text: str = SCHOOL, **more: Any) -> Story:
    """Return the story of an open row that is years old and imported now."""
    story = Story()
    story.fold(row(there(status, history=True, imported_at=START, **more), text))
    return story


def fresh(status: str = "assigned", text: str = SCHOOL, **more: Any) -> Story:
    story = Story()
    story.fold(row(there(status, imported_at=START, **more), text, START - timedelta(days=1)))
    return story


def again(story: Story, status: str, word: str = "", **more: Any) -> list[Fact]:
    return story.later(days=3).fold(ExternalStatusChanged(external=there(status, word, **more)))


def kinds(story: Story) -> list[str]:
    return [news.kind for news in story.case.news]
