"""The values of a desk's list: its rows, its ready-made views, and the choices of its filter."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from services.router.actions.desk_lists import ORDERS, DeskFilter
from services.router.api.views_due import due_words
from services.router.api.views_pages import as_queue_row
from services.router.store import WaitingCase
from shared.labels import CHANNELS, heading
from shared.reference import regions, topics

_ORDER_WORDS: Final = {
    "mendesak": "Mendesak dulu",
    "tenggat": "Tenggat terdekat",
    "terlama": "Terlama dulu",
    "terbaru": "Terbaru dulu",
}
_VIEWS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("Semua", {}),
    ("Lewat batas", {"lewat": "ya", "urut": "tenggat"}),
    ("Tenggat terdekat", {"urut": "tenggat"}),
    ("Terbaru", {"urut": "terbaru"}),
    ("Lewat WhatsApp", {"kanal": "whatsapp"}),
)


def as_desk_row(found: WaitingCase, now: datetime) -> dict[str, Any]:
    """Return one line of a desk's list."""
    case = found.stored.case
    return as_queue_row(found.stored, now) | {
        "revision": case.revision,
        "channel": heading(CHANNELS.get(case.channel, case.channel)),
        "due": due_words(case.due_decide, now),
        "alike": found.alike,
        "open_at": found.open_at,
    }


def desk_views(wanted: DeskFilter) -> list[dict[str, Any]]:
    """Return words and address of each ready-made view of a desk, and whether it is the one that is shown."""
    views = ((words, DeskFilter.of({"meja": wanted.meja} | values)) for words, values in _VIEWS)
    return [{"words": words, "address": one.address(), "here": one == wanted} for words, one in views]


def filter_choices() -> dict[str, list[tuple[str, str]]]:
    """Return the code and the words of everything that the filter offers. An empty code leaves all."""
    named = sorted(((code, heading(words)) for code, words in topics().items()), key=lambda pair: pair[1])
    return {
        "filter_topics": [("", "Semua pokok"), *named],
        "filter_regions": [("", "Semua wilayah"), *((one.kemendagri_code, one.name) for one in regions())],
        "filter_channels": [("", "Semua kanal"), *((code, heading(words)) for code, words in CHANNELS.items())],
        "filter_orders": [(code, _ORDER_WORDS[code]) for code in ORDERS],
    }
