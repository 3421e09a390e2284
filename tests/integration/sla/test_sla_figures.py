"""The figures on the real Kafka and Postgres: from the events of cases to the pages and files that people read."""

import asyncio
import csv
import io
from dataclasses import replace
from typing import Any

from openpyxl import load_workbook

from services.sla.rules.measures import Measure
from services.sla.statistics.figures import refresh_figures
from services.sla.store import save_measures
from shared.events import cases
from shared.events.cases_answer import AnswerOutcome, Rated
from shared.web.keys import Keys
from tests.support.sla_figures import put_measures
from tests.support.sla_story import assigned, at, declined, opened, reopened, resolved
from tests.support.sla_world import Sayer, SlaWorld
from tests.support.toys import fresh_key

APRIL = "dari=2026-04&sampai=2026-04"


async def tell_april(router: Sayer) -> None:
    """Five answers of dishub and one of dlh: confirmed, disputed, silent, promised, returned and referred ones."""
    told: list[tuple[str, str, str, list[Any]]] = [
        ("KT-2222-3333-X", "web", "64.72", [cases.Confirmed(), cases.Closed(by="citizen"), Rated(stars=4, scale=4)]),
        ("KT-2222-4444-X", "whatsapp", "64.72", [cases.Disputed(opd="dishub", reason="belum"), reopened()]),
        ("KT-2222-5555-X", "web", "64.03", [cases.Closed(by="silence")]),
    ]
    for ticket, channel, region, after in told:
        key = fresh_key()
        await router.say(
            key,
            at("2026-04-06T09:00"),
            opened(ticket=ticket, channel=channel, place_code=region),
            assigned(),
            resolved(),
        )
        await router.say(key, at("2026-04-08T15:00"), *after)
    promised = cases.Resolved(
        opd="dishub", answer="Belum, karena …", outcome="scheduled", until=at("2026-06-01T00:00").date()
    )
    await router.say(fresh_key(), at("2026-04-06T09:00"), opened(ticket="KT-2222-6666-X"), assigned(), promised)
    moved = fresh_key()
    await router.say(moved, at("2026-04-06T09:00"), opened(ticket="KT-2222-7777-X"), assigned(), declined())
    await router.say(moved, at("2026-04-06T15:00"), assigned("dlh"), resolved("dlh"), cases.Confirmed())
    away = cases.Referred(authority="centre", to="PLN", reason="Tiang listrik.", next_step="Hubungi PLN.")
    await router.say(fresh_key(), at("2026-04-06T09:00"), opened(ticket="KT-2222-8888-X"), assigned("dlh"), away)


def column(text: str, title: str, head: str) -> dict[str, str]:
    """The cells of one column of one table of the CSV, by the cells of its first words."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    start = rows.index([title]) + 1
    names = rows[start]
    found = {}
    for row in rows[start + 1 :]:
        if not row:
            break
        found[row[1 if names[0] == "Urutan" else 0]] = row[names.index(head)]
    return found


async def test_what_cases_say_is_counted_by_opd_month_channel_and_region(world: SlaWorld) -> None:
    async with world.router() as router, world.sla() as live, world.http(live) as http:
        await tell_april(router)
        await world.caught_up(6)
        assert await refresh_figures(live.pool) == 1
        assert await refresh_figures(live.pool) == 0
        text = (await http.get(f"/angka.csv?{APRIL}")).text
        dishub, dlh = "Dinas Perhubungan", "Dinas Lingkungan Hidup"
        assert column(text, "Peringkat OPD", "Jawaban") == {dishub: "4", dlh: "1"}
        assert column(text, "Peringkat OPD", "Tepat waktu (%)") == {dishub: "100.0", dlh: "100.0"}
        for head, part in [
            ("Ditepati", "50.0"),
            ("Dibenarkan", "25.0"),
            ("Disanggah", "25.0"),
            ("Dibuka lagi", "25.0"),
        ]:
            assert column(text, "Peringkat OPD", f"{head} (%)")[dishub] == part
        assert column(text, "Peringkat OPD", "Ditutup tanpa kabar (%)") == {dishub: "25.0", dlh: "0.0"}
        assert column(text, "Per bulan", "“Belum, karena …”") == {"April 2026": "1"}
        assert column(text, "Per bulan", "Dikembalikan") == {"April 2026": "1"}
        assert column(text, "Per bulan", "Diteruskan") == {"April 2026": "1"}
        assert column(text, "Per bulan", "Puas (%)") == {"April 2026": "100.0"}
        assert column(text, "Per kanal", "Jawaban") == {"Formulir web": "4", "WhatsApp": "1"}
        wards = {"Kota Samarinda": "2", "Tidak disebut": "2", "Kabupaten Berau": "1"}
        assert column(text, "Per kabupaten/kota", "Jawaban") == wards
        page = (await http.get(f"/angka/opd/dishub?{APRIL}")).text
        assert "Dari 4 jawaban, 4 (100%) tepat waktu. 1 jawaban mengatakan terus terang" in page
        # A word that comes later counts for the answer, in the month of the answer.
        world.step(at("2026-05-04T09:00"))
        disputed = cases.Disputed(opd="dlh", reason="belum")
        key = next(key for key, case in (await world.cases()).items() if case.ticket == "KT-2222-7777-X")
        await router.say(key, at("2026-05-04T09:00"), disputed)
        await world.caught_up(6)
        # The dispute itself belongs to May, and the question to April.
        assert await refresh_figures(live.pool) == 2
        again = (await http.get(f"/angka.csv?{APRIL}")).text
        assert column(again, "Peringkat OPD", "Disanggah (%)")[dlh] == "100.0"


async def test_what_one_step_measures_twice_counts_as_measured_last(world: SlaWorld) -> None:
    asked = Measure(fresh_key(), "question", 1, "dishub", "traffic", at("2026-04-06T09:00"), "asked", late=False)
    async with world.idle() as live, live.pool.acquire() as connection:
        await save_measures(connection, [asked, replace(asked, outcome="answered"), replace(asked, run=2)])
        found = await connection.fetch("SELECT run, outcome FROM measures ORDER BY run")
    assert [tuple(row) for row in found] == [(1, "answered"), (2, "asked")]


async def test_an_honest_not_yet_is_an_answer_and_silence_after_it_costs_and_gains_nothing(world: SlaWorld) -> None:
    outcomes: tuple[AnswerOutcome, ...] = ("explained", "not_possible", "fixed")
    async with world.router() as router, world.sla() as live, world.http(live) as http:
        for number, outcome in enumerate(outcomes):
            key, ticket = fresh_key(), f"KT-333{number}-3333-X"
            said = cases.Resolved(opd="dishub", answer="Belum, karena jalannya milik desa.", outcome=outcome)
            await router.say(key, at("2026-04-06T09:00"), opened(ticket=ticket), assigned(), said)
            ended = cases.Confirmed() if outcome == "fixed" else cases.Closed(by="silence")
            await router.say(key, at("2026-04-08T15:00"), ended)
        await world.caught_up(3)
        await refresh_figures(live.pool)
        text = (await http.get(f"/angka.csv?{APRIL}")).text
        assert column(text, "Per bulan", "“Belum, karena …”") == {"April 2026": "2"}
        dishub = "Dinas Perhubungan"
        assert column(text, "Peringkat OPD", "Jawaban")[dishub] == "3"
        assert column(text, "Peringkat OPD", "Ditepati (%)")[dishub] == "100.0"
        [line] = (await http.get("/v1/figures?from=2026-04-01&to=2026-04-30")).json()
        assert (line["opd"], line["answers"], line["honest"], line["silent"]) == ("dishub", 3, 2, 2)
        assert line["shares"] == {"disputed": 0.0, "reopened": 0.0, "silent": 0.667}


async def test_the_workbook_has_the_same_tables(world: SlaWorld) -> None:
    async with world.router() as router, world.sla() as live, world.http(live) as http:
        await tell_april(router)
        await world.caught_up(6)
        await refresh_figures(live.pool)
        answer = await http.get(f"/angka/opd/dishub.xlsx?{APRIL}")
        assert answer.headers["content-disposition"] == 'attachment; filename="angka-dishub-2026-04.xlsx"'
        book = load_workbook(io.BytesIO(answer.content))
        assert book.sheetnames == ["Per bulan", "Per pokok aduan", "Per kanal", "Per kabupaten-kota"]
        assert [cell.value for cell in book["Per bulan"][2]][:3] == ["April 2026", 4, 1]


async def test_a_wrong_month_is_said_and_a_file_of_it_is_refused(world: SlaWorld) -> None:
    async with world.idle() as live, world.http(live) as http:
        wrong = await http.get("/angka?dari=2026-04&sampai=2026-03")
        assert (wrong.status_code, "Bulan awal tidak boleh sesudah bulan akhir." in wrong.text) == (422, True)
        unknown = await http.get("/angka?dari=1999-01")
        assert (unknown.status_code, "Pilih bulan dari daftar." in unknown.text) == (422, True)
        for path in ("/angka.csv?dari=x", "/angka/opd/tidak-ada.xlsx"):
            assert (await http.get(path)).status_code == 422
        for path in ("/angka/opd/tidak-ada", "/angka/laporan/2026-13", "/angka/laporan/2019-01"):
            assert (await http.get(path)).status_code == 404
        empty = await http.get("/angka/opd/dishub")
        assert (empty.status_code, "Belum ada jawaban" in empty.text) == (200, True)


async def test_a_visitor_reads_figures_and_no_number_of_a_case(world: SlaWorld) -> None:
    async with world.router() as router, world.sla() as live, world.http(live) as http:
        await tell_april(router)
        await world.caught_up(6)
        await refresh_figures(live.pool)
        for path in ("/angka", "/angka/opd/dishub", "/angka/laporan/2026-04", "/angka/opd/dishub/laporan/2026-04"):
            answer = await http.get(path)
            assert (answer.status_code, "KT-2222" in answer.text, "Tenggat terdekat" in answer.text) == (
                200,
                False,
                False,
            )
        key = await Keys(live.pool).create(owner="Ibu Uji", role="supervisor", opd=None)
        seen = await http.get("/angka/opd/dishub", headers={"Authorization": f"Bearer {key}"})
        assert "KT-2222-6666-X" in seen.text


async def test_replicas_that_compute_at_once_count_nothing_twice(world: SlaWorld) -> None:
    async with world.idle() as live:
        await put_measures(world, 400)
        taken = await asyncio.gather(*[refresh_figures(live.pool) for _ in range(4)])
        assert sorted(taken)[:3] == [0, 0, 0]
        [found] = await world.world.rows(
            "sla", "SELECT sum(answers) AS answers FROM figures WHERE kind = 'all' AND opd = ''"
        )
        [asked] = await world.world.rows(
            "sla", "SELECT count(*) AS number FROM measures WHERE what = 'question' AND NOT unanswered"
        )
        assert found["answers"] == asked["number"] > 0


async def test_the_ready_figures_are_those_of_the_measures(world: SlaWorld) -> None:
    """Every OPD, topic, channel and region sums up to the same whole, and the month begins at midnight in WITA."""
    async with world.idle() as live:
        await put_measures(world, 2_000)
        await refresh_figures(live.pool)
        sums = await world.world.rows(
            "sla",
            "SELECT kind, opd = '' AS all, sum(answers) AS answers, sum(kept) AS kept, sum(decided) AS decided FROM figures "
            "GROUP BY 1, 2",
        )
        assert len(sums) == 8
        assert len({(row["answers"], row["kept"], row["decided"]) for row in sums}) == 1
        assert sums[0]["kept"] <= sums[0]["decided"] <= sums[0]["answers"]
        wrong = await world.world.rows(
            "sla",
            "SELECT 1 FROM figures AS f WHERE kind = 'all' AND opd = '' AND answers <> (SELECT count(*) FROM measures "
            "WHERE what = 'question' AND NOT unanswered AND to_char(ended_at AT TIME ZONE 'Asia/Makassar', 'YYYY-MM') = "
            "to_char(f.month, 'YYYY-MM'))",
        )
        assert wrong == []
