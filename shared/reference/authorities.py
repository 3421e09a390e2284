"""The offices outside the province to which complaints are referred, with the addresses at which they are told.

The shipped table holds invented addresses. An installation names a file of its own in the same form.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.mail import NotAMailAddress, mail_address

SHIPPED = Path(__file__).parent / "authorities.csv"
# Addresses under this domain belong to nobody (RFC 2606).
SAMPLE = ".example"
_COLUMNS = ("code", "name", "other_names", "mail", "postal")


class WrongAuthorities(ValueError):
    """The file of authorities cannot be used. The text names each wrong row."""


@dataclass(frozen=True, slots=True)
class Office:
    """One office. ``other_names`` are further names by which complaints are referred to it.

    ``mail`` is empty if it must be written to on paper; ``postal`` is its address for that.
    """

    code: str
    name: str
    other_names: tuple[str, ...]
    mail: str
    postal: str


@dataclass(frozen=True, slots=True)
class Authorities:
    """The offices, in the order of the file."""

    offices: tuple[Office, ...] = ()

    def find(self, name: str) -> Office | None:
        """Return the office of this name, in any spelling of blanks and capitals, or None."""
        return _index(self.offices).get(_plain(name))

    def names(self) -> tuple[str, ...]:
        """Return the names of all offices."""
        return tuple(one.name for one in self.offices)

    @property
    def sampled(self) -> bool:
        """Whether an address is an invented one, which no mail can reach."""
        return any(one.mail.endswith(SAMPLE) for one in self.offices)


@cache
def _index(offices: tuple[Office, ...]) -> dict[str, Office]:
    return {_plain(name): one for one in offices for name in (one.name, *one.other_names)}


@cache
def shipped_authorities() -> Authorities:
    """Return the table that comes with the code."""
    return read_authorities(SHIPPED)


def read_authorities(path: Path) -> Authorities:
    """Return the offices of a CSV file. Raise WrongAuthorities, which names each wrong row by its line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongAuthorities(f"{path} cannot be read: {type(error).__name__}") from None
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    rows = list(csv.DictReader(line for _, line in numbered))
    if not rows or set(_COLUMNS) - set(rows[0]):
        raise WrongAuthorities(f"{path} needs the columns {', '.join(_COLUMNS)} and a row")
    problems: list[str] = []
    offices: list[Office] = []
    names: set[str] = set()
    for (number, _), row in zip(numbered[1:], rows, strict=False):
        office = _office({name: (row.get(name) or "").strip() for name in _COLUMNS})
        if isinstance(office, str):
            problems.append(f"line {number}: {office}")
            continue
        own = {_plain(name) for name in (office.name, *office.other_names)}
        if own & names:
            problems.append(f"line {number}: a name stands twice in the file")
        names |= own
        offices.append(office)
    if problems:
        raise WrongAuthorities("; ".join(problems))
    return Authorities(tuple(offices))


def _office(values: dict[str, str]) -> Office | str:
    """Return the office of a row, or what is wrong with the row."""
    if not values["code"] or not values["name"]:
        return "code and name must be there"
    if not values["mail"] and not values["postal"]:
        return "a mail address or a postal address must be there"
    try:
        mail = mail_address(values["mail"]) if values["mail"] else ""
    except NotAMailAddress as error:
        return f"mail {error}"
    others = tuple(name.strip() for name in values["other_names"].split("|") if name.strip())
    return Office(values["code"], values["name"], others, mail, values["postal"])


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
