"""The ranking of what a text speaks for: the matters by weight, and the branch (authority) that the words point to for each."""

from __future__ import annotations

from typing import NamedTuple

from services.router.routing.lexicon import Lexicon
from services.router.routing.matters import EVERY, Branch, Matter
from services.router.routing.text_scan import TextScan

# The least weight of a matter: one plain word for it, or several that hint at it.
ENOUGH = 3.0
# The least weight of the best branch of a matter, and its least lead over the second.
MARGIN = 1.0
# If a second matter has at least this share of the first one's weight, a person decides.
RIVAL = 0.86
# The same share if the writer says that there are several matters.
SEVERAL = 0.0
# Factor for all matters but the first. The first is mostly what is meant; the rest is often its consequence.
SAID_LATER = 0.85
# A special matter (the name of a hospital, a wage) goes before a general one that it covers (hospital, mine) if it has
# at least this share of the general one's weight.
SPECIAL = 0.7
# Factor for a matter of an agency of the province that the text names as doing the work.
OWN = 1.3
# A matter that yields stays only if no other matter has at least this share of the greatest weight.
YIELDS_TO = 0.7
# The weight of the words for the IKN that outweighs a region named in the text.
CERTAINLY_IKN = 8.0


class MatterRank(NamedTuple):
    """A matter with its weight, and the branch that the words point to. ``branch`` is None if it is undecided."""

    matter: Matter
    weight: float
    branch: Branch | None
    by_default: bool = False


def rank_matters(tables: Lexicon, scan: TextScan) -> list[MatterRank]:
    """Return the matters with enough weight, the heaviest first.

    A matter that yields is left out if another one is heavy enough.
    A special matter may go before a heavier general one.
    """
    if scan.doers:
        _favour_doers(tables, scan)
    found = [(weight, -number) for number, weight in scan.matter.items() if weight >= ENOUGH]
    if not found:
        return []
    if len(found) > 1:
        least = max(found)[0] * YIELDS_TO
        others = [pair for pair in found if not tables.matters[-pair[1]].yields]
        own = others if others and max(others)[0] >= least else found
        first = next(number for number in scan.phrases if scan.matter[number] >= ENOUGH)
        found = sorted(
            ((weight if -number == first else weight * SAID_LATER, number) for weight, number in own), reverse=True
        )
    ranked = [_rank(tables.matters[-number], weight, scan) for weight, number in found]
    if ranked[0].branch is None:
        ranked = [*_named_institution(tables, scan, ranked[0].matter), *ranked]
    if (
        len(ranked) > 1
        and ranked[0].matter.code in ranked[1].matter.covers
        and ranked[1].weight >= ranked[0].weight * SPECIAL
    ):
        ranked[0], ranked[1] = ranked[1], ranked[0]
    return ranked


def _named_institution(tables: Lexicon, scan: TextScan, open_: Matter) -> list[MatterRank]:
    """Return the one institution that an undecided general matter may belong to, or nothing.

    If the authority is undecided and the text names exactly one institution of that kind, choose that institution, even
    if it is only the addressee.
    """
    found = [
        _rank(matter, weight, scan)
        for number, weight in scan.matter.items()
        if open_.code in (matter := tables.matters[number]).covers and EVERY in matter.bodies
    ]
    return found if len(found) == 1 else []


def _favour_doers(tables: Lexicon, scan: TextScan) -> None:
    """Raise the weight of a matter and its branch if the text names the agency of the province that does it."""
    for number, weight in scan.matter.items():
        for branch in tables.matters[number].branches:
            if branch.opd in scan.doers:
                scan.matter[number] = weight * OWN
                scan.level[branch.index] = scan.level.get(branch.index, 0.0) + 2 * MARGIN
                break


def _rank(matter: Matter, weight: float, scan: TextScan) -> MatterRank:
    """Return the matter with the branch that the words point to.

    Without words for a branch, take the default if the matter has one. The branch stays undecided in these cases:

    * The best branch has less than ``MARGIN`` and there is no default, or it leads by less than ``MARGIN``.
    * The writer doubts.
    * The writer speaks of several matters, and a second branch has at least ``MARGIN``.
    """
    branches, level = matter.branches, scan.level
    if len(branches) == 1:
        return MatterRank(matter, weight, branches[0])
    if scan.doubt and matter.missing:
        return MatterRank(matter, weight, None)
    chosen, best, second = branches[0], 0.0, 0.0
    for branch in branches:
        here = level.get(branch.index, 0.0)
        if here > best:
            chosen, best, second = branch, here, best
        elif here > second:
            second = here
    if best >= MARGIN and best - second >= MARGIN and not (scan.several and second >= MARGIN):
        return MatterRank(matter, weight, chosen)
    if matter.default is not None and best < MARGIN:
        return MatterRank(
            matter, weight, next(branch for branch in branches if branch.index == matter.default), by_default=True
        )
    return MatterRank(matter, weight, None)


def rival(ranked: list[MatterRank], closest: float = RIVAL) -> MatterRank | None:
    """Return the first other matter that would send the complaint elsewhere, or None.

    ``closest``: the least share of the first matter's weight that the other one must have.
    """
    first = ranked[0]
    if first.branch is None:
        return None
    for rank in ranked[1:]:
        if rank.weight < first.weight * closest:
            return None
        if rank.matter.nothing or rank.matter.code in first.matter.covers:
            continue
        if rank.branch is None or (rank.branch.authority, rank.branch.opd) != (
            first.branch.authority,
            first.branch.opd,
        ):
            return rank
    return None


def confidence(ranked: list[MatterRank], rank: MatterRank) -> float:
    """Return the confidence in a ranked matter, at most 0.97. It grows with its weight and falls with its rival's."""
    others = 0.0
    if len(ranked) > 1:
        others = ranked[1].weight if rank is ranked[0] else ranked[0].weight
    share = rank.weight / (rank.weight + 2.0) * (1.0 - 0.4 * min(1.0, others / rank.weight))
    return round(min(0.97, share * 0.8 if rank.by_default else share), 2)
