"""The tables of the figures, as pages, CSV and workbooks show them: one form for all three. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from services.sla.labels import channel_name, month_words, owner_name, region_name, topic_name
from services.sla.statistics.figures import Figures, share
from services.sla.statistics.ranking import Ranked

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its words, and what its cells are."""

    words: str
    kind: Literal["text", "count", "share"] = "share"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the code of what it is about, and its cells."""

    code: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title, its columns and its rows."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]


_COUNTS: Final = (
    Column("Jawaban", "count"),
    Column("Tepat waktu"),
    Column("“Belum, karena …”", "count"),
    Column("Dibenarkan"),
    Column("Disanggah"),
    Column("Dibuka lagi"),
    Column("Ditutup tanpa kabar"),
    Column("Puas"),
    Column("Dikembalikan", "count"),
    Column("Diteruskan", "count"),
)
_RANKING: Final = (
    Column("Urutan", "count"),
    Column("OPD", "text"),
    Column("Ditepati"),
    Column("Jawaban", "count"),
    Column("Tepat waktu"),
    Column("Dibenarkan"),
    Column("Disanggah"),
    Column("Dibuka lagi"),
    Column("Ditutup tanpa kabar"),
    Column("Lewat tenggat kini", "count"),
)


def ranking_table(ranked: Iterable[Ranked], until: date | None = None) -> Table:
    """Return the ranking of the OPDs. ``until``: the last day of the figures, of which the names are."""
    rows = [
        Row(
            one.figures.value,
            (
                one.place,
                owner_name(one.figures.value, until),
                one.kept,
                one.figures.answers,
                one.figures.share(one.figures.on_time),
                one.figures.share(one.figures.confirmed),
                one.figures.share(one.figures.disputed),
                one.figures.share(one.figures.reopened),
                one.figures.share(one.figures.silent),
                one.overdue,
            ),
        )
        for one in ranked
    ]
    return Table("Peringkat OPD", _RANKING, rows)


def month_table(found: Sequence[Figures]) -> Table:
    """Return the months, the newest first."""
    return _table("Per bulan", "Bulan", [(one, month_words(one.value)) for one in reversed(found)])


def topic_table(found: Sequence[Figures]) -> Table:
    """Return the topics."""
    return _table("Per pokok aduan", "Pokok", [(one, topic_name(one.value)) for one in found])


def channel_table(found: Sequence[Figures]) -> Table:
    """Return the channels of the complaints."""
    return _table("Per kanal", "Kanal", [(one, channel_name(one.value)) for one in found])


def region_table(found: Sequence[Figures]) -> Table:
    """Return the regencies and cities that the complaints name."""
    return _table("Per kabupaten/kota", "Kabupaten/kota", [(one, region_name(one.value)) for one in found])


def _table(title: str, first: str, found: Sequence[tuple[Figures, str]]) -> Table:
    rows = [
        Row(
            one.value,
            (
                words,
                one.answers,
                one.share(one.on_time),
                one.promised,
                one.share(one.confirmed),
                one.share(one.disputed),
                one.share(one.reopened),
                one.share(one.silent),
                share(one.satisfied, one.rated),
                one.returned,
                one.referred,
            ),
        )
        for one, words in found
    ]
    return Table(title, (Column(first, "text"), *_COUNTS), rows)
