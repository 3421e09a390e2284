"""What a calendar takes from installed libraries, resolved: the holidays of its country and the rules of its zone.

A calendar that is put into force keeps these with it, so that another release of a library changes nothing by itself.
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
    """``holidays``: date to name; ``zone``: a TZif file; ``source``: the release that gave the holidays."""

    holidays: Mapping[date, str]
    zone: bytes
    source: str

    def zone_info(self, key: str) -> ZoneInfo:
        """The zone by the rules that were taken."""
        return ZoneInfo.from_file(io.BytesIO(self.zone), key=key)

    def as_json(self) -> str:
        """The holidays as they are stored, by date."""
        return json.dumps({day.isoformat(): name for day, name in sorted(self.holidays.items())}, ensure_ascii=False)

    @property
    def digest(self) -> str:
        """SHA-256 over holidays and zone: what is the same gives the same digest."""
        return hashlib.sha256(self.as_json().encode() + b"\n" + self.zone).hexdigest()


def from_json(text: str, zone: bytes, source: str) -> Taken:
    """What was stored."""
    return Taken({date.fromisoformat(day): name for day, name in json.loads(text).items()}, zone, source)


def taken_now(data: Mapping[str, object]) -> Taken:
    """What a calendar's document takes from the libraries that are installed. Raises ValueError or NotImplementedError."""
    key, years, given = depends_on(data)
    days: dict[date, str] = {}
    if given is not None:
        country, categories, language = given
        days.update(
            library.country_holidays(country, categories=categories, years=range(years[0], years[1] + 1), language=language)
        )
    return Taken(days, zone_data(key), f"holidays {metadata.version('holidays')}")


def depends_on(data: Mapping[str, object]) -> tuple[str, tuple[int, int], tuple[str, tuple[str, ...], str] | None]:
    """The parts of a calendar's document on which it depends what is taken: zone, years, and country with its categories."""
    first, last = (int(year) for year in data.get("years", YEARS))  # type: ignore[attr-defined]
    given, wanted = data.get("holidays"), None
    if isinstance(given, Mapping) and given.get("country"):
        categories = tuple(str(one) for one in given.get("categories", ("public",)))
        wanted = str(given["country"]), categories, str(given.get("language", "id"))
    return str(data.get("zone", ZONE)), (first, last), wanted


def zone_data(key: str) -> bytes:
    """A zone's rules as installed: those of the operating system, else those of the package ``tzdata``. Raises ValueError."""
    ZoneInfo(key)  # refuses a key that is none, or no path within the folder
    for folder in zoneinfo.TZPATH:
        file = Path(folder, *key.split("/"))
        if file.is_file():
            return file.read_bytes()
    return resources.files("tzdata").joinpath("zoneinfo", *key.split("/")).read_bytes()


def offsets(zone: ZoneInfo, years: tuple[int, int]) -> Iterator[tuple[date, timedelta | None]]:
    """Each day of these years with its offset from UTC at local midnight and at the noon after: what the zone's rules mean."""
    for ordinal in range(date(years[0], 1, 1).toordinal(), date(years[1], 12, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        for hour in (0, 12):
            yield day, datetime(day.year, day.month, day.day, hour, tzinfo=zone).utcoffset()
