"""From the weights of a reading to a ranking: what the complaint is about, and which authority each matter points to."""

from __future__ import annotations

from typing import NamedTuple

from services.router.routing.lexicon import Lexicon
from services.router.routing.matters import EVERY, Branch, Matter
from services.router.routing.reading import Reading

ENOUGH = 3.0  # a matter needs one plain word for it, or several that hint at it
MARGIN = 1.0  # between branches of one matter: how much clearer the best must be
RIVAL = 0.86  # a second matter this close to the first leaves the decision to a person
SEVERAL = 0.0  # the same where the writer says that there are two
SAID_LATER = 0.85  # what is said first is mostly what is meant; what follows is often its consequence
SPECIAL = 0.7  # what is named in particular (a hospital's name, a wage) goes before what it covers (hospital, mine)
OWN = 1.3  # the matter of an agency of the province that the text names as doing it
YIELDS_TO = 0.7  # a matter that yields stays where no other is at least so heavy beside it
CERTAINLY_IKN = 8.0


class View(NamedTuple):
    """A matter with its weight and the branch that the words point to, if one does."""

    matter: Matter
    weight: float
    branch: Branch | None
    by_default: bool = False


def views(tables: Lexicon, reading: Reading) -> list[View]:
    """The matters with enough weight, heaviest first; those that yield only where nothing else is left."""
    if reading.doers:
        _doing(tables, reading)
    found = [(weight, -number) for number, weight in reading.matter.items() if weight >= ENOUGH]
    if not found:
        return []
    if len(found) > 1:
        least = max(found)[0] * YIELDS_TO
        others = [pair for pair in found if not tables.matters[-pair[1]].yields]
        own = others if others and max(others)[0] >= least else found
        first = next(number for number in reading.said if reading.matter[number] >= ENOUGH)
        found = sorted(((weight if -number == first else weight * SAID_LATER, number) for weight, number in own), reverse=True)
    ranked = [_view(tables.matters[-number], weight, reading) for weight, number in found]
    if ranked[0].branch is None:
        ranked = [*_named(tables, reading, ranked[0].matter), *ranked]
    if len(ranked) > 1 and ranked[0].matter.code in ranked[1].matter.covers and ranked[1].weight >= ranked[0].weight * SPECIAL:
        ranked[0], ranked[1] = ranked[1], ranked[0]
    return ranked


def _named(tables: Lexicon, reading: Reading, open_: Matter) -> list[View]:
    """Where it is open whose it is, and one of the kind is named, be it as whom it is written to: that one."""
    found = [
        _view(matter, weight, reading)
        for number, weight in reading.matter.items()
        if open_.code in (matter := tables.matters[number]).covers and EVERY in matter.bodies
    ]
    return found if len(found) == 1 else []


def _doing(tables: Lexicon, reading: Reading) -> None:
    """What an agency of the province is named with is rather its work."""
    for number, weight in reading.matter.items():
        for branch in tables.matters[number].branches:
            if branch.opd in reading.doers:
                reading.matter[number] = weight * OWN
                reading.level[branch.index] = reading.level.get(branch.index, 0.0) + 2 * MARGIN
                break


def _view(matter: Matter, weight: float, reading: Reading) -> View:
    branches, level = matter.branches, reading.level
    if len(branches) == 1:
        return View(matter, weight, branches[0])
    if reading.doubt and matter.missing:
        return View(matter, weight, None)
    chosen, best, second = branches[0], 0.0, 0.0
    for branch in branches:
        here = level.get(branch.index, 0.0)
        if here > best:
            chosen, best, second = branch, here, best
        elif here > second:
            second = here
    if best >= MARGIN and best - second >= MARGIN and not (reading.several and second >= MARGIN):
        return View(matter, weight, chosen)
    if matter.default is not None and best < MARGIN:
        return View(matter, weight, next(branch for branch in branches if branch.index == matter.default), by_default=True)
    return View(matter, weight, None)


def rival(ranked: list[View], closest: float = RIVAL) -> View | None:
    """A second matter, at least ``closest`` of the first, that would send the complaint elsewhere."""
    first = ranked[0]
    if first.branch is None:
        return None
    for view in ranked[1:]:
        if view.weight < first.weight * closest:
            return None
        if view.matter.nothing or view.matter.code in first.matter.covers:
            continue
        if view.branch is None or (view.branch.authority, view.branch.opd) != (first.branch.authority, first.branch.opd):
            return view
    return None


def confidence(ranked: list[View], view: View) -> float:
    """From how much speaks for it and how much for something else; never certain."""
    others = 0.0
    if len(ranked) > 1:
        others = ranked[1].weight if view is ranked[0] else ranked[0].weight
    share = view.weight / (view.weight + 2.0) * (1.0 - 0.4 * min(1.0, others / view.weight))
    return round(min(0.97, share * 0.8 if view.by_default else share), 2)
