"""The parts that a calendar takes from installed libraries: the holidays of its country and the rules of its zone.

A calendar that is put into force keeps these parts, so that another release of a library changes nothing by itself.
"""

from __future__ import annotations

import hashlib
import io
import json
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import metadata, resources
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays as library

ZONE = "Asia/Makassar"
YEARS = (2012, 2045)


@dataclass(frozen=True, slots=True)
class Taken:
    """The parts taken. ``holidays`` maps date to name, ``zone`` is a TZif file, ``source`` is the release that gave the
    holidays.
    """

    holidays: Mapping[date, str]
    zone: bytes
    source: str

    def zone_info(self, key: str) -> ZoneInfo:
        """Return the zone with the rules that were taken."""
        return ZoneInfo.from_file(io.BytesIO(self.zone), key=key)

    def as_json(self) -> str:
        """Return the holidays by date, in the form in which they are stored."""
        return json.dumps({day.isoformat(): name for day, name in sorted(self.holidays.items())}, ensure_ascii=False)

    @property
    def digest(self) -> str:
        """The SHA-256 of holidays and zone. Equal parts have equal digests."""
        return hashlib.sha256(self.as_json().encode() + b"\n" + self.zone).hexdigest()


def from_json(text: str, zone: bytes, source: str) -> Taken:
    """Return the parts from their stored form."""
    return Taken({date.fromisoformat(day): name for day, name in json.loads(text).items()}, zone, source)


def taken_now(data: Mapping[str, object]) -> Taken:
    """Return the parts that a calendar's document takes from the installed libraries.

    Raises ValueError or NotImplementedError.
    """
    key, years, given = depends_on(data)
    days: dict[date, str] = {}
    if given is not None:
        country, categories, language = given
        days.update(
            library.country_holidays(
                country, categories=categories, years=range(years[0], years[1] + 1), language=language
            )
        )
    return Taken(days, zone_data(key), f"holidays {metadata.version('holidays')}")


def depends_on(data: Mapping[str, object]) -> tuple[str, tuple[int, int], tuple[str, tuple[str, ...], str] | None]:
    """Return the values of a document that decide what is taken: zone, years, and country with its categories."""
    first, last = (int(year) for year in data.get("years", YEARS))  # type: ignore[attr-defined]
    given, wanted = data.get("holidays"), None
    if isinstance(given, Mapping) and given.get("country"):
        categories = tuple(str(one) for one in given.get("categories", ("public",)))
        wanted = str(given["country"]), categories, str(given.get("language", "id"))
    return str(data.get("zone", ZONE)), (first, last), wanted


def zone_data(key: str) -> bytes:
    """Return a zone's rules as installed: those of the operating system, else those of the package ``tzdata``.

    Raises ValueError when the key names no zone.
    """
    ZoneInfo(key)  # raises for a key that names no zone or leads out of the folder
    for folder in zoneinfo.TZPATH:
        file = Path(folder, *key.split("/"))
        if file.is_file():
            return file.read_bytes()
    return resources.files("tzdata").joinpath("zoneinfo", *key.split("/")).read_bytes()


def offsets(zone: ZoneInfo, years: tuple[int, int]) -> Iterator[tuple[date, timedelta | None]]:
    """Yield each day of these years with its offset from UTC at local midnight and at noon.

    Together they are the zone's rules.
    """
    for ordinal in range(date(years[0], 1, 1).toordinal(), date(years[1], 12, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        for hour in (0, 12):
            yield day, datetime(day.year, day.month, day.day, hour, tzinfo=zone).utcoffset()
