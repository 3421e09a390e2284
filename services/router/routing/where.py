"""The place of the matter among all places that a text names."""

from __future__ import annotations

from typing import Final

from services.router.routing.asides import HOME_MARK, WAY_MARK
from services.router.routing.places import NamedPlace

# Weight of a place by the part that it has in the text. Where the writer lives or whither a road leads is no place of
# the matter. The field for the place says mostly where the matter is, and sometimes where the writer is.
NAMED: Final = 2.0
PRECISE: Final = 2.5
FIELD: Final = 1.4
HOME: Final = 0.5
WAY: Final = 0.3
# A place must have that many times the weight of the next one.
LEAD: Final = 1.2
_PRECISE: Final = ("kecamatan ", "desa ", "kelurahan ", "kampung ", "kabupaten ", "kota ")
_WAYS: Final = frozenset([WAY_MARK, "ke", "arah", "menuju", "antara", "batas", "berbatasan", "perbatasan"])


class Whereabouts:
    """The places of a text: by regency (or place elsewhere) its weight. A place of several regencies counts for none."""

    __slots__ = ("_best", "_ikn", "_weights", "several")

    def __init__(self) -> None:
        self._weights: dict[tuple[str, str], float] = {}
        self._ikn = 0.0
        # Whether a name was used that several regencies have.
        self.several = False

    def add(self, place: NamedPlace, phrase: str, before: str, *, in_field: bool) -> None:
        """Take in a place that the text names. ``before``: the word before it."""
        if in_field:
            weight = FIELD
        elif before == HOME_MARK:
            weight = HOME
        elif before in _WAYS:
            weight = WAY
        else:
            weight = PRECISE if phrase.startswith(_PRECISE) else NAMED
        if place.ikn and weight >= FIELD:
            self._ikn = max(self._ikn, weight)
        if not place.region and not place.province:
            self.several = True
            return
        key = (place.region, place.province)
        so_far = self._weights.get(key, 0.0)
        self._weights[key] = max(so_far, weight) + 0.3 * min(so_far, weight)

    @property
    def ikn(self) -> bool:
        """Return whether the matter lies in the IKN: no other regency than that of Sepaku is named more strongly."""
        other = max((weight for (region, _), weight in self._weights.items() if region != IKN_REGION), default=0.0)
        return self._ikn > 0 and self._ikn >= other

    @property
    def named(self) -> bool:
        """Return whether any place is named."""
        return bool(self._weights) or self.several

    def found(self) -> tuple[str, str]:
        """Return the regency and the other province of the matter, each "" if the text leaves it open."""
        ranked = sorted(self._weights.items(), key=lambda item: -item[1])
        if not ranked:
            return "", ""
        (region, province), best = ranked[0]
        # Whither one goes, or was sent, says nothing of where the matter is.
        if best < HOME:
            return "", ""
        if len(ranked) > 1:
            (_, other), second = ranked[1]
            if best < second * LEAD:
                return "", province if province and province == other else ""
        return region, province


IKN_REGION: Final = "Kabupaten Penajam Paser Utara"
