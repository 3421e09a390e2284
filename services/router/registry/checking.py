"""The problems of a registry that is to be put into force, each named by its line. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from services.router.registry.texts import Lined, P, Problem
from shared.reference.registry import OpdRow, Registry, Table, TopicRow

ONE_DAY: Final = timedelta(days=1)
# Words that other tables use in the place of a code.
_RESERVED: Final = frozenset({"triage", "other", "none"})


def check_opds(rows: Sequence[Lined[OpdRow]], base: Registry) -> list[Problem]:
    """Return the problems of a table of OPDs that would follow ``base``."""
    by_code = _by_code(rows)
    found = [*_periods(by_code), *_missing(by_code, {row.code for row in base.opds}, "OPD")]
    for one in rows:
        found += [Problem(one.line, words) for words in _opd(one.row, by_code)]
    return sorted(found + _same_names(rows))


def check_topics(rows: Sequence[Lined[TopicRow]], base: Registry, routed: Mapping[str, str | None]) -> list[Problem]:
    """Return the problems of a table of topics that would follow ``base``.

    ``routed``: for each topic of the routing the OPD that its tables name, or None if it is not the province's work.
    """
    by_code = _by_code(rows)
    opds = {row.code for row in base.opds}
    found = [*_periods(by_code), *_missing(by_code, {row.code for row in base.topics}, "topik")]
    for one in rows:
        row = one.row
        if row.opd is not None and row.opd not in opds:
            found.append(Problem(one.line, f"OPD “{row.opd}” tidak ada dalam daftar OPD."))
        elif row.opd is not None and routed.get(row.code, row.opd) is None:
            words = f"Topik {row.code} bukan urusan provinsi menurut aturan penentuan; kosongkan OPD-nya."
            found.append(Problem(one.line, words))
    return sorted(found)


def without_office(table: Table, routed: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return the topics that are the province's work and that no OPD has in charge on the day of the table.

    A topic that the routing does not know counts too: a person chose it, and somebody must answer for it.
    """
    ours = {code for code, opd in routed.items() if opd is not None} | (table.topics.keys() - routed.keys())
    return tuple(sorted(code for code in ours if table.offices.get(code) is None and not _over(table, code, routed)))


def _over(table: Table, code: str, routed: Mapping[str, str | None]) -> bool:
    """Return whether a topic has ended on purpose. The routing still finds its own topics, which never end so."""
    return code not in routed and code not in table.open_topics


def _by_code(rows: Sequence[Lined[P]]) -> dict[str, list[Lined[P]]]:
    found: dict[str, list[Lined[P]]] = defaultdict(list)
    for one in sorted(rows, key=lambda entry: entry.row.first):
        found[one.row.code].append(one)
    return found


def _periods(by_code: Mapping[str, Sequence[Lined[P]]]) -> Iterator[Problem]:
    """Yield periods that end before they begin, overlap, or leave a gap."""
    for code, periods in by_code.items():
        for one in periods:
            if one.row.last < one.row.first:
                yield Problem(one.line, f"{code}: valid_to lebih awal daripada valid_from.")
        for before, after in pairwise(periods):
            if before.row.last >= after.row.first:
                words = f"{code}: masa berlakunya bertumpuk dengan baris {before.line}."
                yield Problem(after.line, words)
            elif before.row.last + ONE_DAY < after.row.first:
                yield Problem(after.line, f"{code}: ada hari tanpa baris sejak akhir baris {before.line}.")


def _missing(by_code: Mapping[str, Sequence[Lined[P]]], known: set[str], what: str) -> list[Problem]:
    return [
        Problem(
            1, f"{code}: {what} yang pernah ada tidak boleh hilang. Akhiri dengan valid_to agar riwayatnya terbaca."
        )
        for code in sorted(known - by_code.keys())
    ]


def _opd(row: OpdRow, by_code: Mapping[str, Sequence[Lined[OpdRow]]]) -> Iterator[str]:
    if row.code in _RESERVED:
        yield f"Kode {row.code} dipakai sistem; pilih kode lain."
    for words, code in (("Induk", row.parent), ("Penerus", row.successor)):
        if code is not None and code not in by_code:
            yield f"{row.code}: {words} “{code}” tidak ada dalam tabel."
        elif code == row.code:
            yield f"{row.code}: {words} tidak boleh OPD itu sendiri."
    if row.successor is None or row.successor not in by_code or row.successor == row.code:
        return
    if row.valid_to is None:
        yield f"{row.code}: penerus ditulis, tetapi valid_to kosong."
    elif any(one.row.first > row.valid_to for one in by_code[row.code]):
        yield f"{row.code}: penerus hanya untuk masa yang terakhir."
    elif not any(one.row.holds_on(row.valid_to + ONE_DAY) for one in by_code[row.successor]):
        yield f"{row.code}: penerus “{row.successor}” tidak berlaku pada hari sesudah {row.valid_to.isoformat()}."


def _same_names(rows: Sequence[Lined[OpdRow]]) -> list[Problem]:
    """Return the OPDs that have another's name at the same time. A name must lead to one agency."""
    named: dict[str, list[Lined[OpdRow]]] = defaultdict(list)
    for one in rows:
        named[one.row.name.casefold()].append(one)
    return [
        Problem(after.line, f"{after.row.code}: namanya sama dengan nama {before.row.code} (baris {before.line}).")
        for same in named.values()
        for place, after in enumerate(same)
        for before in same[:place]
        if before.row.code != after.row.code and _meet(before.row, after.row)
    ]


def _meet(one: OpdRow, other: OpdRow) -> bool:
    latest: date = max(one.first, other.first)
    return latest <= min(one.last, other.last)
