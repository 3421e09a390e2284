"""Labelled complaints as training takes them: read from tables, without gaps and repeats, in the order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from services.router.learning.dates import read_time
from services.router.learning.tables import Row, UnreadableTable, read_rows

# The names that columns usually have, the best first. `Laporan Ringkas` has the first of each group.
TEXTS: Final = ("Isi Laporan Awal", "Isi Laporan Akhir", "text", "teks", "isi", "isi laporan", "aduan", "keluhan")
MORE_TEXTS: Final = ("laporan", "isi aduan", "isi keluhan", "pesan", "deskripsi", "uraian", "complaint", "content")
LABEL_COLUMNS: Final = (
    "Instansi Terdisposisi",
    "label",
    "opd",
    "instansi",
    "dinas",
    "kategori",
    "category",
    "topik",
    "topic",
)
TIMES: Final = ("Tanggal Laporan Masuk", "at", "time", "tanggal", "waktu", "date", "created_at", "tgl", "timestamp")
# A line of the log of decisions names its case and its kind. These kinds say nothing of where a case belongs for good.
CASE, KIND = "complaint_id", "kind"
NO_DECISION: Final = frozenset(("reclassified", "citizen_chose", "citizen_chose_none"))
TITLE: Final = "Judul Laporan"
HOUR: Final = "Waktu Laporan Masuk"
_EMPTY: Final = frozenset(["", "-", "nan", "none", "null", "n/a", "#n/a", "nat"])
_OLDEST: Final = datetime(1900, 1, 1, tzinfo=UTC)


class Sample(NamedTuple):
    """A labelled complaint. ``at`` is None if its row has no readable time."""

    text: str
    label: str
    at: datetime | None


@dataclass
class Samples:
    """Samples in the order of time, and what was left out. ``timed``: whether most rows have a time."""

    rows: list[Sample] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    timed: bool = True


class Columns(NamedTuple):
    """The names of the columns, as the caller gave them. None: the usual names are tried."""

    text: str | None = None
    label: str | None = None
    time: str | None = None


def read_samples(paths: Iterable[Path], columns: Columns) -> Samples:
    """Read tables and put all their samples in the order of time.

    Rows without text or label, and repeats of a text, are left out and counted. Samples without a time come first, so
    that they train and never judge. If no sample has one, the order of the rows stands for it.
    """
    samples = Samples()
    seen: set[str] = set()
    found: list[Sample] = []
    for path in paths:
        for one in _of_table(path, columns):
            if not one.text or not one.label:
                samples.left_out["no text" if not one.text else "no label"] += 1
            else:
                found.append(one)
    samples.timed = sum(one.at is not None for one in found) * 2 > len(found)
    if samples.timed:
        found.sort(key=lambda one: one.at or _OLDEST)
        samples.left_out["no readable time, taken as the oldest"] = sum(one.at is None for one in found)
    for one in found:
        folded = " ".join(one.text.lower().split())
        if folded in seen:
            samples.left_out["a repeated text"] += 1
        else:
            seen.add(folded)
            samples.rows.append(one)
    samples.left_out = +samples.left_out
    return samples


def _of_table(path: Path, columns: Columns) -> Iterable[Sample]:
    wanted = [name for name in columns if name] or [TEXTS[0]]
    names: tuple[str, str, str | None] | None = None
    for row in _last_decisions(read_rows(path, wanted)):
        if not row:
            yield Sample("", "", None)
            continue
        if names is None:
            names = _names(row, columns, path)
        text, label, time = names
        words = _cell(row, text)
        title = _cell(row, TITLE) if text in TEXTS[:2] else ""
        yield Sample(f"{title}\n{words}" if title and words else words, _cell(row, label), _time(row, time))


def _last_decisions(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield all rows of a table, but of the log of decisions only the last one on each case.

    An earlier decision on the same case was corrected. What the citizen chose is no decision of a person.
    """
    last: dict[str, Row] = {}
    for row in rows:
        if not (row.get(CASE) and row.get(KIND)):
            yield row
        elif row[KIND] not in NO_DECISION:
            last.pop(str(row[CASE]), None)
            last[str(row[CASE])] = row
    yield from last.values()


def _names(row: Row, columns: Columns, path: Path) -> tuple[str, str, str | None]:
    """Return the names of the columns as this table writes them. Raise UnreadableTable if one is missing."""
    text = _column(row, (columns.text,) if columns.text else (*TEXTS, *MORE_TEXTS))
    label = _column(row, (columns.label,) if columns.label else LABEL_COLUMNS)
    time = _column(row, (columns.time,) if columns.time else TIMES)
    for option, asked, got in (
        ("--text", columns.text or TEXTS[0], text),
        ("--label", columns.label or LABEL_COLUMNS[0], label),
        ("--time", columns.time or "", time),
    ):
        if asked and got is None:
            raise UnreadableTable(
                f"{path.name}: has no column {asked!r}; {option} names one of: {', '.join(filter(None, row))}"
            )
    return text or "", label or "", time


def _column(row: Row, names: Sequence[str]) -> str | None:
    known = {name.casefold(): name for name in row}
    return next((known[name.casefold()] for name in names if name.casefold() in known), None)


def _cell(row: Row, name: str) -> str:
    value: Any = row.get(name)
    text = "" if value is None else " ".join(str(value).split())
    return "" if text.casefold() in _EMPTY else text


def _time(row: Row, name: str | None) -> datetime | None:
    if name is None:
        return None
    value: Any = row.get(name)
    if isinstance(value, str) and row.get(HOUR) and name == TIMES[0]:
        value = f"{value} {row[HOUR]}"
    return read_time(value)
