"""The list of news from SP4N: changes there that a person must see, or decide about, here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.router.rules.draft import Draft
from services.router.state_parts import NewsKind, Sp4nNews
from shared.events.submissions import External

_ENDINGS: Final[frozenset[NewsKind]] = frozenset({"closed_there", "closed_too"})
_RETURNS: Final[frozenset[NewsKind]] = frozenset({"came_back", "reopened_there"})
# The older entries that a new one makes outdated.
_REPLACES: Final[Mapping[NewsKind, frozenset[NewsKind]]] = {
    "closed_there": _ENDINGS | _RETURNS,
    "closed_too": _ENDINGS | _RETURNS,
    "came_back": _ENDINGS | _RETURNS,
    "reopened_there": _ENDINGS | _RETURNS,
    "moved_there": frozenset({"moved_there"}),
}


def add_news(
    draft: Draft,
    kind: NewsKind,
    external: External,
    opd: str | None = None,
) -> None:
    """Put an entry on the list of news. The new entry replaces the older ones that it makes outdated."""
    case = draft.case
    number = case.news_count + 1
    news = Sp4nNews(number=number, kind=kind, status_text=external.status_text or "", opd=opd, at=draft.at)
    # A return in SP4N makes an earlier end there outdated, and an end makes an earlier return outdated.
    kept = tuple(one for one in case.news if one.kind not in _REPLACES[kind])
    draft.set(news=(*kept, news), news_count=number)
