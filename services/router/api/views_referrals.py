"""The values that the pages show of referrals: pure, in Indonesian, with the numbers of people masked."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from services.router.actions.referral_lists import ORDERS, ReferralFilter
from services.router.api.views_pages import as_queue_row
from services.router.state import Case
from services.router.store import StoredCase
from shared.clock import WITA
from shared.labels import CHANNELS, heading
from shared.masking import masked
from shared.reference import topic_words
from shared.reference.authorities import Authorities
from shared.reference.places import place_words
from shared.words import day_words, instant_words

STAGE_WORDS: Final = {
    "baru": "Menunggu diperiksa",
    "surat": "Perlu disurati",
    "diberitahu": "Menunggu jawaban instansi",
    "dijawab": "Dijawab instansi",
}
_ORDER_WORDS: Final = {"terlama": "Terlama dulu", "ragu": "Paling ragu dulu"}
_TOLD: Final = {"mail": "lewat surel", "letter": "lewat surat"}
_GOVERNMENT: Final = "Pemerintah "


def as_referral_row(found: StoredCase, now: datetime) -> dict[str, Any]:
    """Return one line of the list."""
    case, referral = found.case, found.case.referral
    to = referral.to if referral is not None else ""
    days = (now - referral.since).days if referral is not None else 0
    return as_queue_row(found, now) | {
        "revision": case.revision,
        "channel": heading(CHANNELS.get(case.channel, case.channel)),
        "to": to,
        "office": to.removeprefix(_GOVERNMENT).replace("Kabupaten ", "Kab. "),
        "certainty": _percent(referral.certainty)
        if referral is not None and referral.certainty is not None
        else "petugas",
        "since": "hari ini" if days <= 0 else f"{days} hari lalu",
    }


def _percent(certainty: float) -> str:
    """Return a probability in words. Nothing is certain, so 0.999 does not read as 100%."""
    return f"{min(certainty, 0.99):.0%}"


def stage_views(wanted: ReferralFilter, counted: dict[str, int]) -> list[dict[str, Any]]:
    """Return words and address of each stage, with its number where it asks something of the desk."""
    return [
        {
            "words": f"{words} ({counted[stage]})" if counted.get(stage) else words,
            "address": ReferralFilter.of({"keadaan": stage}).address(),
            "here": stage == wanted.keadaan,
        }
        for stage, words in STAGE_WORDS.items()
    ]


def order_choices() -> list[tuple[str, str]]:
    """Return the code and the words of each order."""
    return [(code, _ORDER_WORDS[code]) for code in ORDERS]


def as_referral(case: Case, authorities: Authorities) -> dict[str, Any] | None:
    """Return the standing referral of a case as its page shows it, or None."""
    referral = case.referral
    if case.state != "referred" or referral is None:
        return None
    office = authorities.find(referral.to)
    told = None
    if referral.told is not None and referral.told_at is not None:
        told = f"{_TOLD[referral.told]}, {instant_words(referral.told_at)}"
    return {
        "to": referral.to,
        "fresh": referral.fresh,
        "certainty": _percent(referral.certainty) if referral.certainty is not None else None,
        "mail": office.mail if office is not None else "",
        "told": told,
        "answered": referral.answered,
        "shares": case.shares and not case.anonim,
    }


def as_letter(case: Case, authorities: Authorities, now: datetime) -> dict[str, Any] | None:
    """Return the letter to the authority of a referral, or None. The name is there only with the citizen's consent."""
    if case.state != "referred" or case.referral is None:
        return None
    office = authorities.find(case.referral.to)
    place = ", ".join(filter(None, (case.place, place_words(case.place_code))))
    return {
        "ticket": case.ticket,
        "to": case.referral.to,
        "postal": office.postal if office is not None else "",
        "today": day_words(now.astimezone(WITA).date()),
        "filed": instant_words(case.filed_at) if case.filed_at else None,
        "topic": heading(topic_words(case.topic) or "belum ditetapkan"),
        "place": masked(place) if place else "belum disebut",
        "text": masked(case.whole_text),
        "name": case.reporter_name if case.shares and not case.anonim else None,
        "rahasia": case.rahasia,
    }
