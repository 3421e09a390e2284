"""The table that gives our codes the numbers of SP4N: institutions, authorities, categories, classes, templates."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, get_args

from services.router.sp4n.reasons import NotThere
from services.router.state_parts import CopyKind
from shared.events.fact import Class
from shared.reference import opds, region_names, topics

_NUMBERS: Final = ("institutions", "authorities", "categories", "classes")
# An entry with one of these is sent by a call of its own, not as a follow-up by a template.
_NO_TEMPLATE: Final = frozenset(("complaint", "referral"))


class WrongTable(ValueError):
    """The table cannot be read. The message says where."""


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of SP4N by our codes.

    ``authorities`` are named as a referral names them, in lower case and without "pemerintah". ``category`` is for a
    topic that has none, ``authority_else`` for an authority that has none.
    """

    institutions: Mapping[str, int] = field(default_factory=dict)
    authorities: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    category: int = 0
    authority_else: int = 0

    def institution(self, code: str) -> int:
        """Return the number of an OPD. Raise NotThere if the table has none."""
        if code not in self.institutions:
            raise NotThere("unmapped_opd", person=True)
        return self.institutions[code]

    def authority(self, name: str | None) -> int:
        """Return the number of an authority or OPD to which a case was referred. Raise NotThere."""
        wanted = _plain(name or "")
        code = next((code for code, one in opds().items() if _plain(one.name) == wanted), None)
        if code is not None:
            return self.institution(code)
        if wanted not in self.authorities and not self.authority_else:
            raise NotThere("unmapped_authority", person=True)
        return self.authorities.get(wanted, self.authority_else)

    def class_number(self, code: str) -> int:
        """Return the number of a class. Raise NotThere if the table has none."""
        if code not in self.classes:
            raise NotThere("unmapped_class", person=True)
        return self.classes[code]

    def unmapped(self) -> list[str]:
        """Return what has no number, in words for the person who keeps the table."""
        missing = [f"institutions.{code}: {one.name}" for code, one in opds().items() if code not in self.institutions]
        missing += [
            f'authorities."{name}"'
            for name in region_names().values()
            if _plain(name) not in self.authorities and not self.authority_else
        ]
        missing += [f"classes.{code}" for code in get_args(Class) if code not in self.classes]
        missing += [
            f"templates.{what}"
            for what in get_args(CopyKind)
            if what not in self.templates and what not in _NO_TEMPLATE
        ]
        if not self.category:
            missing += [
                f"categories.{code}: {words}" for code, words in topics().items() if code not in self.categories
            ]
        return missing


def read_table(path: Path | None) -> Table:
    """Return the table of a file, or an empty one without a file. Raise WrongTable."""
    if path is None:
        return Table()
    try:
        given: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongTable(f"{path}: {error}") from None
    values: dict[str, Any] = {}
    for name in (*_NUMBERS, "templates"):
        section = given.get(name, {})
        kind = str if name == "templates" else int
        if not isinstance(section, dict) or not all(isinstance(value, kind) for value in section.values()):
            raise WrongTable(f"{path}: [{name}] must give a {kind.__name__} to each name")
        values[name] = section
    values["authorities"] = {_plain(name): number for name, number in values["authorities"].items()}
    if unknown := set(values["institutions"]) - set(opds()):
        raise WrongTable(f"{path}: [institutions] names no agency of ours: {', '.join(sorted(unknown))}")
    return Table(**values, category=_number(given, "category"), authority_else=_number(given, "authority_else"))


def _number(given: dict[str, Any], name: str) -> int:
    value = given.get(name, 0)
    if not isinstance(value, int):
        raise WrongTable(f"{name} must be a number")
    return value


def _plain(name: str) -> str:
    return " ".join(name.casefold().split()).removeprefix("pemerintah ")
