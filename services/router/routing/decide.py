"""The routing decision: a pure function from a text to an authority and an OPD, with its reasons in Indonesian.

First decide the authority, then the OPD. UU 23/2014 divides the authorities, and the branches of each matter in
`services/router/routing/data/matters/*.toml` follow it. If the text does not decide, a person does: a wrong OPD costs
the citizen more than a day in triage.
"""

from __future__ import annotations

from services.router.routing.decision import Alternative, Decision
from services.router.routing.lexicon import Lexicon, lexicon
from services.router.routing.matters import Branch
from services.router.routing.ranking import CERTAINLY_IKN, RIVAL, SEVERAL, MatterRank, confidence, rank_matters, rival
from services.router.routing.reasons import about_matter, name_regency, weak_reasons, why_undecided
from services.router.routing.text_scan import TextScan, scan_text
from shared.events.fact import Authority, Class, Priority
from shared.reference import opds, region_code

IKN = "ikn"


def decide(text: str, place: str | None = None, *, given_to: str | None = None) -> Decision:
    """Decide where one complaint belongs.

    ``given_to``: the name of the agency to which another system (SP4N) gave it. It is one reason among others.
    """
    tables = lexicon()
    scan = scan_text(tables, text, place)
    named = scan_text(tables, given_to, None).agencies if given_to else []
    return _decide(tables, scan, named)._replace(region=region_code(scan.region))


def _decide(tables: Lexicon, scan: TextScan, named: list[str]) -> Decision:
    ranked = rank_matters(tables, scan)
    if not ranked:
        if scan.ikn and scan.matter:
            return _in_ikn(scan, [], _heaviest(tables, scan))
        return _triage(scan, ranked, named, why_undecided(scan))
    first = ranked[0]
    if first.matter.nothing:
        return _triage(scan, [], named, (first.matter.nothing,))
    if scan.ikn or IKN in {rank.matter.code for rank in ranked}:
        inside = _inside_ikn(scan, ranked)
        if inside is not None:
            return inside
        ranked = [rank for rank in ranked if rank.matter.code != IKN] or ranked
        first = ranked[0]
    if first.branch is None:
        return _triage(
            scan,
            ranked,
            named,
            (about_matter(scan, first), f"Belum jelas {first.matter.missing or 'siapa yang berwenang'}."),
        )
    second = rival(ranked, closest=SEVERAL if scan.several else RIVAL) if len(ranked) > 1 else None
    if second is not None:
        also = f"Teks juga menyebut {second.matter.label}; petugas memastikan yang utama."
        return _triage(scan, ranked, named, (about_matter(scan, first), also))
    return _settled(scan, ranked, named, first, first.branch)


def _settled(scan: TextScan, ranked: list[MatterRank], named: list[str], rank: MatterRank, branch: Branch) -> Decision:
    """Return the assignment to an OPD or the referral that a ranked matter and its branch lead to."""
    sure = confidence(ranked, rank)
    reasons = (about_matter(scan, rank), branch.because, *weak_reasons(scan, named))
    rest: tuple[Alternative, ...] = ()
    if len(ranked) > 1 or named or scan.agencies:
        rest = tuple(
            one
            for one in _alternatives(scan, ranked, named)
            if one.opd != branch.opd or one.authority != branch.authority
        )
    to = next_step = None
    if branch.opd is None:
        to = branch.to or name_regency(scan)
        next_step = f"Sampaikan kepada {to}, langsung atau lewat SP4N-LAPOR! (lapor.go.id)."
    return Decision(
        "refer" if branch.opd is None else "assign",
        branch.authority,
        branch.opd,
        sure,
        reasons,
        rest,
        rank.matter.code,
        _class(scan),
        _priority(scan, rank),
        to,
        next_step,
    )


def _inside_ikn(scan: TextScan, ranked: list[MatterRank]) -> Decision | None:
    """Return the referral to the Otorita IKN, or None if the complaint does not belong there.

    Inside the IKN, the Otorita does what the province or a regency does elsewhere. Work of the centre, and matters that
    the rule tables mark ``anywhere``, stay with their usual authority.
    If the text names a region but no place in the IKN, the words for the IKN must weigh at least ``CERTAINLY_IKN``.
    """
    named = next((rank.weight for rank in ranked if rank.matter.code == IKN), 0.0)
    if not scan.ikn and named < CERTAINLY_IKN and scan.region:
        return None
    others = [rank for rank in ranked if rank.matter.code != IKN]
    rank = others[0] if others else ranked[0]
    if others and (rank.matter.anywhere or (rank.branch is not None and rank.branch.authority == "centre")):
        return None
    return _in_ikn(scan, others, rank)


def _heaviest(tables: Lexicon, scan: TextScan) -> MatterRank:
    """Return the matter with the greatest weight, without a branch."""
    weight, number = max((weight, number) for number, weight in scan.matter.items())
    return MatterRank(tables.matters[number], weight, None)


def _in_ikn(scan: TextScan, others: list[MatterRank], rank: MatterRank) -> Decision:
    """Return the referral to the Otorita IKN."""
    to = "Otorita Ibu Kota Nusantara"
    reasons = (
        about_matter(scan, rank),
        "Lokasinya di dalam Ibu Kota Nusantara, yang dikelola Otorita IKN (UU 3/2022).",
    )
    rest = tuple(one for one in _alternatives(scan, others, []) if one.authority != "ikn")
    return Decision(
        "refer",
        "ikn",
        None,
        0.8,
        reasons,
        rest,
        rank.matter.code,
        _class(scan),
        _priority(scan, rank),
        to,
        f"Sampaikan kepada {to}, langsung atau lewat SP4N-LAPOR! (lapor.go.id).",
    )


def _triage(scan: TextScan, ranked: list[MatterRank], named: list[str], reasons: tuple[str, ...]) -> Decision:
    """Return the decision to put the complaint before triage, with at most three alternatives."""
    alternatives = _alternatives(scan, ranked, named)
    rank = ranked[0] if ranked else None
    return Decision(
        "triage",
        None,
        None,
        alternatives[0].confidence if alternatives else 0.0,
        (*reasons, *weak_reasons(scan, named)),
        alternatives,
        rank.matter.code if rank else None,
        _class(scan),
        _priority(scan, rank),
        None,
        None,
    )


def _alternatives(scan: TextScan, ranked: list[MatterRank], named: list[str]) -> tuple[Alternative, ...]:
    """Return the three best alternatives.

    A matter whose branch is undecided gives each of its branches. Agencies that are only named come last.
    """
    best: dict[tuple[Authority, str | None], float] = {}
    for index, rank in enumerate(ranked[:3]):
        share = confidence(ranked, rank) / (index + 1)
        for branch in (rank.branch,) if rank.branch else rank.matter.branches:
            likely = share if rank.branch else share * (0.5 + 0.1 * min(scan.level.get(branch.index, 0.0), 3.0))
            key = (branch.authority, branch.opd)
            if likely > best.get(key, 0.0) and not rank.matter.nothing:
                best[key] = likely
    for code in (*named, *scan.agencies):
        if code in opds():
            best.setdefault(("province", code), 0.2)
    ranking = sorted(best.items(), key=_likelihood)
    return tuple([Alternative(authority, opd, round(sure, 2)) for (authority, opd), sure in ranking[:3]])


def _likelihood(item: tuple[tuple[Authority, str | None], float]) -> float:
    return -item[1]


def _priority(scan: TextScan, rank: MatterRank | None) -> Priority:
    return "urgent" if scan.urgent or (rank is not None and rank.matter.urgent) else "normal"


def _class(scan: TextScan) -> Class:
    """Return the class. Words decide on aspiration, information and permit.

    The class with oversight is never guessed; a person sets it.
    """
    return scan.class_ or "no_oversight"
