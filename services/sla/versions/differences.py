"""The difference between what is installed and what is in force.

Libraries and files may give other dates than the rules that were fixed. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from services.sla.versions.texts import RuleTexts
from services.sla.versions.version import RuleVersion
from shared.words import day_words
from shared.worktime import Calendar
from shared.worktime.taken import offsets

NAMED = 5


@dataclass(frozen=True, slots=True)
class InstalledDifference:
    """A difference between what is installed and what is in force.

    ``added`` holidays are only in what is installed, ``removed`` ones only in what is in force; ``renamed`` ones are in
    both under other names. ``zone`` counts the days on which the zone's rules give another time. ``files`` names the
    texts that differ from version 0. ``fixed`` and ``installed`` are the library releases that gave the holidays.
    """

    added: tuple[date, ...] = ()
    removed: tuple[date, ...] = ()
    renamed: tuple[date, ...] = ()
    zone: int = 0
    files: tuple[str, ...] = ()
    fixed: str = ""
    installed: str = ""

    def counts(self) -> dict[str, int]:
        """Return how much differs, by kind."""
        holidays = len(self.added) + len(self.removed) + len(self.renamed)
        return {"holidays": holidays, "zone": self.zone, "files": len(self.files)}

    def __bool__(self) -> bool:
        return any(self.counts().values())

    def words(self) -> list[str]:
        """Return the difference in Indonesian for an officer, a sentence for each kind."""
        return list(self._words())

    def _words(self) -> Iterator[str]:
        for days, what in ((self.added, "libur baru"), (self.removed, "tidak lagi libur"), (self.renamed, "nama lain")):
            if days:
                named = "; ".join(day_words(day) for day in days[:NAMED])
                more = f", dan {len(days) - NAMED} hari lain" if len(days) > NAMED else ""
                yield f"Menurut {self.installed} (yang berlaku: {self.fixed}) {what}: {named}{more}."
        if self.zone:
            yield f"Aturan zona waktu yang terpasang berbeda pada {self.zone} hari."
        for name in self.files:
            yield {"calendar": "Berkas kalender", "policies": "Berkas kebijakan"}[
                name
            ] + " berbeda dengan yang berlaku."


def compare_with_installed(version: RuleVersion, files: RuleTexts) -> InstalledDifference:
    """Compare what a version has fixed with what the same texts would take from the installed libraries."""
    taken = version.texts.taken()
    calendar = version.due_dates.table.calendar
    files_changed = tuple(
        name for name in ("calendar", "policies") if getattr(version.texts, name) != getattr(files, name)
    )
    old, new = version.taken.holidays, taken.holidays
    days = sorted(old.keys() | new.keys())
    return InstalledDifference(
        added=tuple(day for day in days if day not in old),
        removed=tuple(day for day in days if day not in new),
        renamed=tuple(day for day in days if day in old and day in new and old[day] != new[day]),
        zone=_zone(calendar, taken.zone_info(calendar.zone.key)) if taken.zone != version.taken.zone else 0,
        files=files_changed if version.number == 0 else (),
        fixed=version.taken.source,
        installed=taken.source,
    )


def _zone(calendar: Calendar, zone: ZoneInfo) -> int:
    years = calendar.first_year, calendar.last_year
    pairs = zip(offsets(calendar.zone, years), offsets(zone, years), strict=True)
    return len({day for (day, was), (_, now) in pairs if was != now})
