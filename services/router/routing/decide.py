"""The routing decision: a pure function from a text to an authority and an OPD, with its reasons in Indonesian.

First decide the authority, then the OPD. UU 23/2014 divides the authorities, and the branches of each matter in
`services/router/routing/data/matters/*.toml` follow it. If the text does not decide, a person does: a wrong OPD costs
the citizen more than a day in triage.
"""

from __future__ import annotations

from typing import NamedTuple

from services.router.routing.lexicon import Lexicon, lexicon
from services.router.routing.matters import Branch
from services.router.routing.reading import Reading, read
from services.router.routing.views import CERTAINLY_IKN, RIVAL, SEVERAL, View, confidence, rival, views
from shared.events.fact import Authority, Class, Outcome, Priority
from shared.reference import opds

IKN = "ikn"


class Candidate(NamedTuple):
    """A possible authority. ``opd``: the OPD, if the authority is the province. ``confidence``: from 0 to 1."""

    authority: Authority
    opd: str | None
    confidence: float


class Decision(NamedTuple):
    """The decision on one complaint.

    ``authority`` and ``opd`` are None for triage. ``to`` and ``next_step`` are set for a referral only.
    """

    outcome: Outcome
    authority: Authority | None
    opd: str | None
    confidence: float
    reasons: tuple[str, ...]
    alternatives: tuple[Candidate, ...]
    topic: str | None
    class_: Class
    priority: Priority
    to: str | None
    next_step: str | None


def decide(text: str, place: str | None = None, *, given_to: str | None = None) -> Decision:
    """Decide where one complaint belongs.

    ``given_to``: the name of the agency to which another system (SP4N) gave it. It is one reason among others.
    """
    tables = lexicon()
    reading = read(tables, text, place)
    named = read(tables, given_to, None).agencies if given_to else []
    ranked = views(tables, reading)
    if not ranked:
        if reading.ikn and reading.matter:
            return _in_ikn(reading, [], _heaviest(tables, reading))
        return _triage(reading, ranked, named, _why_nothing(reading))
    first = ranked[0]
    if first.matter.nothing:
        return _triage(reading, [], named, (first.matter.nothing,))
    if reading.ikn or IKN in {view.matter.code for view in ranked}:
        inside = _inside_ikn(reading, ranked)
        if inside is not None:
            return inside
        ranked = [view for view in ranked if view.matter.code != IKN] or ranked
        first = ranked[0]
    if first.branch is None:
        return _triage(
            reading,
            ranked,
            named,
            (_about(reading, first), f"Belum jelas {first.matter.missing or 'siapa yang berwenang'}."),
        )
    second = rival(ranked, closest=SEVERAL if reading.several else RIVAL) if len(ranked) > 1 else None
    if second is not None:
        also = f"Teks juga menyebut {second.matter.label}; petugas memastikan yang utama."
        return _triage(reading, ranked, named, (_about(reading, first), also))
    return _settled(reading, ranked, named, first, first.branch)


def _settled(reading: Reading, ranked: list[View], named: list[str], view: View, branch: Branch) -> Decision:
    """Return the assignment to an OPD or the referral that a view and its branch lead to."""
    sure = confidence(ranked, view)
    reasons = (_about(reading, view), branch.because, *_weak(reading, named))
    rest: tuple[Candidate, ...] = ()
    if len(ranked) > 1 or named or reading.agencies:
        rest = tuple(
            one
            for one in _candidates(reading, ranked, named)
            if one.opd != branch.opd or one.authority != branch.authority
        )
    to = next_step = None
    if branch.opd is None:
        to = branch.to or _regency(reading)
        next_step = f"Sampaikan kepada {to}, langsung atau lewat SP4N-LAPOR! (lapor.go.id)."
    return Decision(
        "refer" if branch.opd is None else "assign",
        branch.authority,
        branch.opd,
        sure,
        reasons,
        rest,
        view.matter.code,
        _class(reading),
        _priority(reading, view),
        to,
        next_step,
    )


def _inside_ikn(reading: Reading, ranked: list[View]) -> Decision | None:
    """Return the referral to the Otorita IKN, or None if the complaint does not belong there.

    Inside the IKN, the Otorita does what the province or a regency does elsewhere. Work of the centre, and matters that
    the rule tables mark ``anywhere``, stay with their usual authority.
    If the text names a region but no place in the IKN, the words for the IKN must weigh at least ``CERTAINLY_IKN``.
    """
    named = next((view.weight for view in ranked if view.matter.code == IKN), 0.0)
    if not reading.ikn and named < CERTAINLY_IKN and reading.region:
        return None
    others = [view for view in ranked if view.matter.code != IKN]
    view = others[0] if others else ranked[0]
    if others and (view.matter.anywhere or (view.branch is not None and view.branch.authority == "centre")):
        return None
    return _in_ikn(reading, others, view)


def _heaviest(tables: Lexicon, reading: Reading) -> View:
    """Return the matter with the greatest weight, without a branch."""
    weight, number = max((weight, number) for number, weight in reading.matter.items())
    return View(tables.matters[number], weight, None)


def _in_ikn(reading: Reading, others: list[View], view: View) -> Decision:
    """Return the referral to the Otorita IKN."""
    to = "Otorita Ibu Kota Nusantara"
    reasons = (_about(reading, view), "Lokasinya di dalam Ibu Kota Nusantara, yang dikelola Otorita IKN (UU 3/2022).")
    rest = tuple(one for one in _candidates(reading, others, []) if one.authority != "ikn")
    return Decision(
        "refer",
        "ikn",
        None,
        0.8,
        reasons,
        rest,
        view.matter.code,
        _class(reading),
        _priority(reading, view),
        to,
        f"Sampaikan kepada {to}, langsung atau lewat SP4N-LAPOR! (lapor.go.id).",
    )


def _triage(reading: Reading, ranked: list[View], named: list[str], reasons: tuple[str, ...]) -> Decision:
    """Return the decision to put the complaint before triage, with at most three candidates."""
    candidates = _candidates(reading, ranked, named)
    view = ranked[0] if ranked else None
    return Decision(
        "triage",
        None,
        None,
        candidates[0].confidence if candidates else 0.0,
        (*reasons, *_weak(reading, named)),
        candidates,
        view.matter.code if view else None,
        _class(reading),
        _priority(reading, view),
        None,
        None,
    )


def _candidates(reading: Reading, ranked: list[View], named: list[str]) -> tuple[Candidate, ...]:
    """Return the three best candidates.

    A matter whose branch is undecided gives each of its branches. Agencies that are only named come last.
    """
    best: dict[tuple[Authority, str | None], float] = {}
    for rank, view in enumerate(ranked[:3]):
        share = confidence(ranked, view) / (rank + 1)
        for branch in (view.branch,) if view.branch else view.matter.branches:
            likely = share if view.branch else share * (0.5 + 0.1 * min(reading.level.get(branch.index, 0.0), 3.0))
            key = (branch.authority, branch.opd)
            if likely > best.get(key, 0.0) and not view.matter.nothing:
                best[key] = likely
    for code in (*named, *reading.agencies):
        if code in opds():
            best.setdefault(("province", code), 0.2)
    ranking = sorted(best.items(), key=_likelihood)
    return tuple([Candidate(authority, opd, round(sure, 2)) for (authority, opd), sure in ranking[:3]])


def _likelihood(item: tuple[tuple[Authority, str | None], float]) -> float:
    return -item[1]


def _about(reading: Reading, view: View) -> str:
    said = reading.said.get(view.matter.index)
    return f"Aduan ini tentang {view.matter.label} (kata: “{said}”)."


def _regency(reading: Reading) -> str:
    return f"Pemerintah {reading.region}" if reading.region else "pemerintah kabupaten/kota setempat"


def _weak(reading: Reading, named: list[str]) -> tuple[str, ...]:
    """Return the weak reasons: the OPD that the text names, and the one that SP4N gave the complaint to."""
    found: list[str] = []
    for code in reading.agencies:
        if code in opds():
            found.append(f"Teks menyebut {opds()[code].name}; penyebutan saja tidak menentukan tujuan.")
            break
    for code in named:
        if code in opds():
            found.append(f"SP4N-LAPOR! mendisposisikannya ke {opds()[code].name}; itu satu pertimbangan.")
            break
    return tuple(found)


def _why_nothing(reading: Reading) -> tuple[str, ...]:
    """Return the reason why no matter was found."""
    if reading.outside and not reading.places:
        return ("Lokasi yang disebut berada di luar Kalimantan Timur.",)
    if reading.abuse:
        return ("Teks berisi kata kasar tanpa pokok aduan yang jelas; seorang petugas yang memutuskan.",)
    if reading.words < 3:
        return ("Teksnya terlalu pendek untuk diketahui pokok aduannya.",)
    return ("Belum jelas apa yang diadukan: tidak ada kata yang menunjuk urusan tertentu.",)


def _priority(reading: Reading, view: View | None) -> Priority:
    return "urgent" if reading.urgent or (view is not None and view.matter.urgent) else "normal"


def _class(reading: Reading) -> Class:
    """Return the class. Words decide on aspiration, information and permit.

    The class with oversight is never guessed; a person sets it.
    """
    return reading.class_ or "no_oversight"
