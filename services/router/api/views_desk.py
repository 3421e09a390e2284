"""The values of a desk's list: its rows, its ready-made views, and the choices of its filter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from services.router.actions.desk_lists import ORDERS, DeskFilter
from services.router.api.views_due import due_words
from services.router.api.views_helpers import short_name
from services.router.api.views_pages import age_words, as_queue_row, ready_referral
from services.router.office_store import SavedView
from services.router.rules.similar import Similar
from services.router.store import StoredCase, WaitingCase
from shared.labels import CHANNELS, STATES, heading
from shared.masking import masked
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
    ("Milik saya", {"milik": "ya"}),
)


def as_desk_row(found: WaitingCase, now: datetime) -> dict[str, Any]:
    """Return one line of a desk's list."""
    case = found.stored.case
    return as_queue_row(found.stored, now) | {
        "revision": case.revision,
        "channel": heading(CHANNELS.get(case.channel, case.channel)),
        "due": due_words(case.due_decide, now),
        "alike": found.alike,
        "likely": _likely(found.stored),
        "open_at": found.open_at,
        "owner": "Anda" if found.own else found.owner,
    }


def _likely(found: StoredCase) -> str | None:
    """Return the decision that the key `a` makes, in few words, or None if there is none ready for one key."""
    best = next(iter(found.case.candidates), None)
    if best is None:
        return None
    if best.opd is not None:
        return f"Usul: {short_name(best.opd)} {best.confidence:.0%}"
    ready = ready_referral(best.authority, found.case)
    return None if ready is None else f"Usul: {_short(ready['to'])} {best.confidence:.0%}"


def _short(body: str) -> str:
    """Return the name of a body as a narrow column takes it."""
    return body.removeprefix("Pemerintah ").replace("Kabupaten", "Kab.")


def as_similar(found: Sequence[Similar], now: datetime) -> list[dict[str, Any]]:
    """Return the cases that may tell of the same event, each with what makes it alike. The first three have a key."""
    return [
        {
            "ticket": one.case.ticket,
            "line": _shortened(masked(one.case.whole_text)),
            "age": age_words(one.case, now),
            "state": STATES[one.case.state],
            "why": _alike(one),
            "key": {0: "7 m", 1: "8", 2: "9"}.get(number, ""),
        }
        for number, one in enumerate(found)
    ]


def _alike(one: Similar) -> str:
    person = ("pelapor yang sama",) if one.same_person else ()
    matter = ("pokok dan kecamatan yang sama",) if one.same_matter else ()
    distance = (f"jarak {one.metres} m",) if one.same_matter and one.metres is not None else ()
    return heading(", ".join((*person, *matter, *distance)))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 140 else f"{line[:139]}…"


def desk_views(wanted: DeskFilter, saved: Sequence[SavedView]) -> list[dict[str, Any]]:
    """Return words and address of each view of a desk, the ready-made ones first, and whether it is shown now."""
    views = [(words, DeskFilter.of({"meja": wanted.meja} | values)) for words, values in _VIEWS]
    views += [(one.name, DeskFilter.of_text(one.query)) for one in saved]
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
