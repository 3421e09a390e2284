"""The open cases that may tell of the same event as a case: what makes them alike, and which come first."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final, NamedTuple

from services.router.state import Case

MOST: Final = 5
# A code of this length or longer names at least a kecamatan.
KECAMATAN: Final = 8
# Further away than this, two points are two events.
_FAR_M: Final = 2_000
_EARTH_M: Final = 6_371_000


class Similar(NamedTuple):
    """A similar case. ``metres``: the distance of the two points, if both are known."""

    case: Case
    same_person: bool
    same_matter: bool
    metres: int | None


def kecamatan_of(case: Case) -> str | None:
    """Return the code of the kecamatan of a case, or None if its place is known less exactly or not at all."""
    code = case.place_code or ""
    return code[:KECAMATAN] if len(code) >= KECAMATAN else None


def rank_similar(case: Case, found: Iterable[tuple[Case, bool]]) -> list[Similar]:
    """Return the cases that are most alike, at most ``MOST``.

    ``found``: each with whether the same person filed it. Whoever filed both comes first, then the nearest point.
    """
    by_ticket: dict[str, Similar] = {}
    for other, same_person in found:
        before = by_ticket.get(other.ticket)
        by_ticket[other.ticket] = _compared(case, other, same_person or (before is not None and before.same_person))
    alike = [one for one in by_ticket.values() if one.same_person or one.same_matter]
    return sorted(alike, key=_order)[:MOST]


def _compared(case: Case, other: Case, same_person: bool) -> Similar:
    # That two complaints are one person's would tell something of whoever wants to stay unknown.
    same_person = same_person and not (case.anonim or other.anonim)
    metres = _metres(case, other)
    same_place = kecamatan_of(case) is not None and kecamatan_of(case) == kecamatan_of(other)
    near = same_place and (metres is None or metres <= _FAR_M)
    return Similar(other, same_person, near and case.topic is not None and case.topic == other.topic, metres)


def _order(one: Similar) -> tuple[bool, bool, float]:
    return (
        not (one.same_person and one.same_matter),
        not one.same_matter,
        one.metres if one.metres is not None else math.inf,
    )


def _metres(case: Case, other: Case) -> int | None:
    """Return the distance of the two points on the ground."""
    if case.position is None or other.position is None:
        return None
    here, there = case.position, other.position
    north = math.radians(there.latitude - here.latitude)
    east = math.radians(there.longitude - here.longitude) * math.cos(math.radians(here.latitude))
    return round(math.hypot(north, east) * _EARTH_M)
