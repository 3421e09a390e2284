"""A table that somebody uploads: each problem by its line, the difference in words, and what it leaves open."""

from datetime import date

import pytest

from services.router.registry.proposal import Proposal, propose
from services.router.registry.texts import TableName, write_table
from services.router.routing.offices import routed_opds
from shared.reference import shipped

TODAY = date(2026, 11, 26)
OPDS = write_table(shipped().opds, "opd")
TOPICS = write_table(shipped().topics, "topik")
DKP = "dkp,DKP,Dinas Kelautan dan Perikanan,dinas,seen,,,,,"


def proposed(text: str, table: TableName = "opd") -> Proposal:
    return propose(shipped(), table, text, routed_opds(), TODAY)


def line_of(text: str, start: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith(start))


def problems(text: str, table: TableName = "opd") -> list[tuple[int, str]]:
    proposal = proposed(text, table)
    assert (proposal.registry, proposal.changes) == (shipped(), ())
    return [(one.line, one.words) for one in proposal.problems]


def test_a_table_that_is_downloaded_and_uploaded_again_changes_nothing() -> None:
    for text, table in ((OPDS, "opd"), (TOPICS, "topik")):
        proposal = proposed(text, table)  # type: ignore[arg-type]
        assert (proposal.problems, proposal.changes) == ((), ())


def test_a_rule_of_evidence_is_read_from_a_day_on_and_told_in_words() -> None:
    line = next(one for one in TOPICS.splitlines() if one.startswith("bpjs-health,"))
    until, begins = line + "2026-12-31", line.replace(",none,,", ",always,2027-01-01,")
    proposal = proposed(TOPICS.replace(line, f"{until}\n{begins}"), "topik")
    assert proposal.problems == ()
    told = "Topik bpjs-health mulai Jumat, 1 Januari 2027: sebutan “BPJS Kesehatan”; foto bukti “wajib, juga dari sistem OPD”."
    assert told in proposal.changes


def test_an_unknown_rule_of_evidence_is_a_problem_of_its_line() -> None:
    wrong = TOPICS.replace("road,jalan dan jembatan,dpupr-pera,people", "road,jalan dan jembatan,dpupr-pera,wajib")
    assert problems(wrong, "topik") == [
        (line_of(wrong, "road,"), "“wajib” pada photo tidak dikenal; tulis none, people, always.")
    ]


def test_a_spreadsheets_semicolons_and_byte_order_mark_are_read_too() -> None:
    text = "\ufeff" + "\r\n".join(
        ";".join(f'"{cell}"' for cell in ("code", "label", "opd", "photo"))
        if number == 0
        else f"{row.code};{row.label};{row.opd or ''};{row.photo}"
        for number, row in enumerate((shipped().topics[0], *shipped().topics))
    )
    proposal = proposed(text, "topik")
    assert (proposal.problems, proposal.changes) == ((), ())


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("dkp,DKP,,dinas,seen,,,,,", "Kolom name kosong."),
        ("dkp,DKP,Dinas Ikan,dinas,seen,,,2027-02-30,,", "Tanggal “2027-02-30” pada valid_from tidak sah"),
        ("dkp,DKP,Dinas Ikan,dinas,seen,,,2027-02-01,2027-01-01,", "valid_to lebih awal daripada valid_from"),
        ("dkp,DKP,Dinas Ikan,dinas,seen,tiada,,,,", "Induk “tiada” tidak ada dalam tabel"),
        ("dkp,DKP,Dinas Ikan,dinas,seen,,,,2027-01-01,tiada", "Penerus “tiada” tidak ada dalam tabel"),
        ("dkp,DKP,Dinas Ikan,dinas,seen,,,,2027-01-01,dkp", "Penerus tidak boleh OPD itu sendiri"),
        ("dkp,DKP,Dinas Ikan,dinas,seen,,,,,dptph", "penerus ditulis, tetapi valid_to kosong"),
        ("dkp,DKP,Dinas Sosial,dinas,seen,,,,,", "namanya sama dengan nama d"),
        ("dkp,DKP", "Baris ini punya 2 sel; kepala tabel 10."),
    ],
)
def test_a_bad_row_is_named_by_its_line(row: str, words: str) -> None:
    found = problems(OPDS.replace(DKP, row))
    numbers = {line_of(OPDS, "dkp,"), line_of(OPDS, "dinsos,")}
    assert any(words in told and line in numbers for line, told in found), found


def test_every_problem_is_named_at_once_and_nothing_is_taken() -> None:
    text = OPDS.replace(DKP, "DKP!,DKP,,dinas,seen,,,kapan,,")
    found = problems(text)
    assert len(found) == 3
    assert {line for line, _ in found} == {line_of(OPDS, "dkp,")}


def test_an_opd_that_was_known_cannot_be_left_out() -> None:
    assert problems(OPDS.replace(DKP + "\n", "")) == [
        (1, "dkp: OPD yang pernah ada tidak boleh hilang. Akhiri dengan valid_to agar riwayatnya terbaca.")
    ]


def test_periods_of_one_code_neither_overlap_nor_leave_a_gap() -> None:
    head = "dkp,DKP,Dinas Kelautan dan Perikanan,dinas,seen,,,,2026-12-31,\n"
    over = problems(OPDS.replace(DKP, head + "dkp,DKP,Dinas Ikan,dinas,seen,,,2026-12-31,,"))
    gap = problems(OPDS.replace(DKP, head + "dkp,DKP,Dinas Ikan,dinas,seen,,,2027-01-02,,"))
    assert "bertumpuk" in over[0][1]
    assert "ada hari tanpa baris" in gap[0][1]


def test_a_successor_must_hold_on_the_day_after_the_end() -> None:
    text = OPDS.replace(DKP, DKP.removesuffix(",,") + ",2026-12-31,dptph")
    late = text.replace("dptph,DPTPH,", "dptph,DPTPH,", 1)
    assert proposed(late).problems == ()
    ended = "\n".join(
        line.removesuffix(",,") + ",2026-06-30," if line.startswith("dptph,") else line for line in text.splitlines()
    )
    assert any("tidak berlaku pada hari sesudah 2026-12-31" in words for _, words in problems(ended))


def test_a_topic_needs_an_opd_of_the_list_and_only_if_it_is_the_provinces_work() -> None:
    unknown = TOPICS.replace("fishery,kelautan dan perikanan,dkp", "fishery,kelautan dan perikanan,tiada")
    elsewhere = TOPICS.replace("drainage,drainase dan saluran air kota,", "drainage,drainase dan saluran air kota,dlh")
    assert problems(unknown, "topik") == [(line_of(TOPICS, "fishery,"), "OPD “tiada” tidak ada dalam daftar OPD.")]
    assert "bukan urusan provinsi" in problems(elsewhere, "topik")[0][1]


def test_a_table_without_its_columns_or_with_an_endless_cell_is_named() -> None:
    assert problems("kode,nama\ndkp,DKP\n")[0][0] == 1
    assert problems("")[0][0] == 1
    assert problems('code,short_name,name,kind\ndkp,DKP,"Dinas' + "x" * 200_000)


def test_the_difference_tells_what_changes_in_words() -> None:
    text = OPDS.replace(DKP, "dkp,DKP,Dinas Perikanan,dinas,seen,,,,2026-12-31,dptph") + (
        "dbaru,DB,Dinas Baru,dinas,seen,,,2027-01-01,,\n"
    )
    proposal = proposed(text)
    assert proposal.problems == ()
    assert proposal.registry.version == 1
    ended, new = proposal.changes
    assert ended == (
        "OPD dkp: hari terakhir dari kosong menjadi Kamis, 31 Desember 2026; nama dari “Dinas Kelautan dan "
        "Perikanan” menjadi “Dinas Perikanan”; penerus dari kosong menjadi “dptph”."
    )
    assert new == (
        "OPD dbaru baru mulai Jumat, 1 Januari 2027: nama singkat “DB”; nama “Dinas Baru”; jenis “dinas”; "
        "kepastian “seen”."
    )


def test_an_end_without_a_successor_warns_of_the_topics_that_it_leaves_alone() -> None:
    alone = proposed(OPDS.replace(DKP, "dkp,DKP,Dinas Kelautan dan Perikanan,dinas,seen,,,,2026-12-31,"))
    assert alone.warnings == ("Topik fishery tidak punya OPD; aduannya masuk ke meja triase.",)
    taken = proposed(OPDS.replace(DKP, "dkp,DKP,Dinas Kelautan dan Perikanan,dinas,seen,,,,2026-12-31,dptph"))
    assert taken.warnings == ()
