"""The gazetteer: regencies, cities, kecamatan, desa and kelurahan of the province by their official codes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from shared.reference import read_table, regions

# The lengths of a code: 64.72 names a regency or city, 64.72.03 a kecamatan, 64.72.03.1005 a desa or kelurahan.
_REGION, _DISTRICT = 5, 8


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its code and its name, as in `Kelurahan Sidodadi`."""

    code: str
    name: str

    @property
    def parent(self) -> str:
        """The code of the place that this one lies in."""
        return self.code.rpartition(".")[0]

    @property
    def kind(self) -> str:
        """The word before the name."""
        if len(self.code) == _REGION:
            return next(one.kind for one in regions() if one.kemendagri_code == self.code).capitalize()
        if len(self.code) == _DISTRICT:
            return "Kecamatan"
        return "Kelurahan" if self.code.rpartition(".")[2].startswith("1") else "Desa"


@cache
def places() -> dict[str, Place]:
    """Return every place of the province by its code, in the order of the codes."""
    found = {one.kemendagri_code: Place(one.kemendagri_code, one.name) for one in regions()}
    found |= {row["code"]: Place(row["code"], row["name"]) for row in read_table("places.csv")}
    return dict(sorted(found.items()))


@cache
def places_in(code: str) -> tuple[Place, ...]:
    """Return the places directly inside a place, sorted by name."""
    return tuple(sorted((one for one in places().values() if one.parent == code), key=lambda one: one.name))


def known_place(code: str | None) -> str | None:
    """Return the code if it names a place of the province, else None."""
    return code if code in places() else None


def place_words(code: str | None) -> str | None:
    """Return a place with all that it lies in, the smallest first, or None for an unknown code."""
    one, words = places().get(code or ""), list[str]()
    while one is not None:
        words.append(f"{one.kind} {one.name}")
        one = places().get(one.parent)
    return ", ".join(words) or None
