"""The base of the lists' filters, which live in the address of a page, so that a list can be shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import ClassVar, Self
from urllib.parse import parse_qsl, urlencode

from shared.clean import clean_text

_LONGEST = 200
_LONGEST_QUERY = 2_000


@dataclass(frozen=True, slots=True)
class AddressFilter:
    """A request in the address of a list. The names of the fields are those in the address.

    A subclass adds the fields, each with what is usual, and ``of``, which leaves out what is unknown.
    """

    here: ClassVar[str]

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """Return the filter of the values of an address."""
        return cls(**cls.cleaned(given))

    @classmethod
    def cleaned(cls, given: Mapping[str, str]) -> dict[str, str]:
        """Return the value of each field in an address, without what no field can hold."""
        return {one.name: clean_text(given.get(one.name, "")).strip()[:_LONGEST] for one in fields(cls)}

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Return the filter of the query part of an address."""
        return cls.of(dict(parse_qsl(text[:_LONGEST_QUERY])))

    def as_text(self, **changed: str) -> str:
        """Return the query part of the address. What is as usual stays out of it."""
        usual, now = type(self)(), replace(self, **changed)
        values = {one.name: getattr(now, one.name) for one in fields(self)}
        return urlencode({name: value for name, value in values.items() if value != getattr(usual, name)})

    def address(self, after: str = "", **changed: str) -> str:
        """Return the address of the list. ``after``: the cursor of a later page."""
        cursor = urlencode({"sesudah": after}) if after else ""
        text = "&".join(filter(None, (self.as_text(**changed), cursor)))
        return f"{self.here}?{text}" if text else self.here
