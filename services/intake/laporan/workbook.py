"""The workbook, shared strings and number formats of an `.xlsx`, transitional or strict (ISO 29500)."""

import posixpath
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from .model import NotALaporan
from .package import DAMAGED, NO_XLSX, TOO_LARGE, Package, local

MAX_STRINGS: Final = 1_000_000
# The total length of all texts of one file, in characters.
MAX_CHARACTERS: Final = 32_000_000
# Excel's own limit of a cell, in characters. A longer text cannot come from Excel.
MAX_CELL: Final = 32_767
_MAX_FORMATS: Final = 70_000
_BUILT_IN_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_FORMAT: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LAST_SERIAL: Final = 2_958_466


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, the part that contains it, and whether the sheet is visible in Excel."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets in their order, the shared strings, and the indexes of cell formats that show a number as a date."""

    sheets: tuple[Sheet, ...]
    strings: list[str]
    dates: frozenset[int]
    from_1904: bool

    def moment(self, serial: float) -> datetime | None:
        """Return the date and time that a serial number shows, or None if the number is out of range."""
        if not 0 <= serial < _LAST_SERIAL:
            return None
        # Excel's calendar from 1900 has a 29 February 1900; serials below 60 lie before it.
        base = (
            datetime(1904, 1, 1, tzinfo=UTC)
            if self.from_1904
            else datetime(1899, 12, 31 if serial < 60 else 30, tzinfo=UTC)
        )
        return base + timedelta(seconds=round(serial * 86_400))


def unescape(text: str) -> str:
    """Decode the `_xHHHH_` escapes that Office writes for characters that XML forbids."""
    if "_x" not in text:
        return text
    decoded = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return decoded.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def open_workbook(package: Package) -> Workbook:
    """Read the list of sheets, shared strings and date formats. Raise NotALaporan if the file is no workbook."""
    book = next(iter(_targets(package, "_rels/.rels", "", "/officeDocument").values()), None)
    if book is None or book not in package:
        raise NotALaporan(NO_XLSX)
    folder = posixpath.dirname(book)
    rels = f"{folder}/_rels/{posixpath.basename(book)}.rels".lstrip("/")
    parts = _targets(package, rels, folder, "/worksheet")
    sheets, from_1904 = _sheets(package, book, parts)
    strings = next(iter(_targets(package, rels, folder, "/sharedStrings").values()), "")
    styles = next(iter(_targets(package, rels, folder, "/styles").values()), "")
    return Workbook(sheets, _strings(package, strings), _date_formats(package, styles), from_1904)


def _targets(package: Package, rels: str, folder: str, kind: str) -> dict[str, str]:
    """Return the parts inside the file by relationship id, for relationships of one kind. Skip external links."""
    found: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        inside = attributes.get("TargetMode") != "External"
        if local(name) == "Relationship" and inside and attributes.get("Type", "").endswith(kind):
            target = attributes.get("Target", "")
            path = target if target.startswith("/") else posixpath.join("/", folder, target)
            found[attributes.get("Id", "")] = posixpath.normpath(path).lstrip("/")

    package.parse(rels, start)
    return found


def _sheets(package: Package, book: str, parts: dict[str, str]) -> tuple[tuple[Sheet, ...], bool]:
    found: list[Sheet] = []
    settings: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "workbookPr":
            settings.update(attributes)
        if local(name) == "sheet":
            link = next((value for key, value in attributes.items() if ":" in key and local(key) == "id"), "")
            part = parts.get(link)
            if part is not None and part in package:
                found.append(Sheet(attributes.get("name", ""), part, attributes.get("state", "visible") == "visible"))

    package.parse(book, start)
    return tuple(found), settings.get("date1904", "0") in {"1", "true", "on"}


def _strings(package: Package, part: str) -> list[str]:
    """Return every shared string, with its runs joined and without phonetic hints."""
    found: list[str] = []
    pieces: list[str] = []
    inside = {"t": False, "rPh": False}
    total = 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        name = local(name)
        if name in inside:
            inside[name] = True

    def characters(text: str) -> None:
        nonlocal total
        if inside["t"] and not inside["rPh"]:
            total += len(text)
            if total > MAX_CHARACTERS:
                raise NotALaporan(TOO_LARGE)
            pieces.append(text)

    def end(name: str) -> None:
        name = local(name)
        if name in inside:
            inside[name] = False
        if name == "si":
            if len(found) >= MAX_STRINGS:
                raise NotALaporan(TOO_LARGE)
            found.append(unescape("".join(pieces)))
            pieces.clear()

    package.parse(part, start, end, characters)
    return found


def _date_formats(package: Package, part: str) -> frozenset[int]:
    """Return the indexes of the cell formats that show a date or a time."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside = {"cellXfs": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "numFmt":
            codes[_number(attributes, "numFmtId")] = attributes.get("formatCode", "")
        elif name in inside:
            inside[name] = True
        elif name == "xf" and inside["cellXfs"]:
            formats.append(_number(attributes, "numFmtId"))
        if len(codes) + len(formats) > _MAX_FORMATS:
            raise NotALaporan(TOO_LARGE)

    def end(name: str) -> None:
        if local(name) in inside:
            inside[local(name)] = False

    package.parse(part, start, end)
    dates = _BUILT_IN_DATES | {
        number
        for number, code in codes.items()
        if set("dmyhs") & set(_NOT_FORMAT.sub("", code).lower().replace("general", ""))
    }
    return frozenset(index for index, number in enumerate(formats) if number in dates)


def _number(attributes: dict[str, Any], name: str) -> int:
    try:
        return int(attributes.get(name, 0))
    except ValueError:
        raise NotALaporan(DAMAGED) from None
