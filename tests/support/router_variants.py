"""Generated variants of complaints with a known end, and what must hold for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from services.router.routing import Decision, decide


class Want(NamedTuple):
    """The right end of a text. ``to``: a part of the body's name. ``topics``: any of these."""

    authority: str
    opd: str | None = None
    to: str = ""
    topics: tuple[str, ...] = ()


class Matter(NamedTuple):
    text: str
    want: Want


# Matters whose authority the words themselves say.
MATTERS = (
    Matter("sampah menumpuk tidak diangkut seminggu", Want("regency_or_city", topics=("refuse",))),
    Matter("lampu jalan padam sudah tiga malam", Want("regency_or_city", topics=("street-light",))),
    Matter("selokan mampet, air meluap kalau hujan", Want("regency_or_city", topics=("drainage", "flood"))),
    Matter("air pdam tidak mengalir lima hari", Want("regency_or_city", topics=("water-supply",))),
    Matter("parkir liar menutup jalan setiap sore", Want("regency_or_city", topics=("city-traffic",))),
    Matter("guru SMA negeri sering bolos mengajar", Want("province", "disdikbud")),
    Matter("pajak motor di samsat kena denda dua kali", Want("province", "bapenda")),
)


def best(decision: Decision) -> tuple[str | None, str | None, str, str | None, bool]:
    """Return authority, OPD, body and topic of the decision, or of the first candidate before a person."""
    if decision.outcome == "triage":
        if not decision.alternatives:
            return None, None, "", None, False
        first = decision.alternatives[0]
        return first.authority, first.opd, first.to or "", decision.topic or first.topic, decision.elsewhere
    return decision.authority, decision.opd, decision.to or "", decision.topic, decision.elsewhere


def is_wanted(decision: Decision, want: Want, *, elsewhere: bool = False) -> bool:
    authority, opd, to, topic, away = best(decision)
    return (
        authority == want.authority
        and opd == want.opd
        and want.to in to
        and (not want.topics or topic in want.topics)
        and away == elsewhere
    )


def hold(variants: Iterable[tuple[str, str | None, Want]], share: float = 0.95, *, elsewhere: bool = False) -> None:
    """Hold that nearly all variants have the right best candidate, and that automatic ones are hardly ever wrong."""
    tried = [(text, place, want, decide(text, place)) for text, place, want in variants]
    missed = [
        (text, want, best(decision))
        for text, _, want, decision in tried
        if not is_wanted(decision, want, elsewhere=elsewhere)
    ]
    wrong = [
        (text, want, best(decision), decision.probability)
        for text, _, want, decision in tried
        if decision.outcome != "triage" and not is_wanted(decision, want, elsewhere=elsewhere)
    ]
    assert len(missed) <= len(tried) * (1 - share), missed
    assert len(wrong) <= len(tried) * 0.03, wrong
