"""Refusals of intake: English titles for programs, and Indonesian sentences on which a citizen can act."""

import json

import pytest

from services.intake.api.site import advice
from shared.errors import NewerState, TooMany, Unavailable, Unsure
from tests.integration.intake.test_intake_pages import hidden, own_page, ticket_of
from tests.support.intake import Intake

FULL = {"day": None, "acts": 0, "size": 0, "all_acts": 5_000, "all_size": 0}


async def test_a_complaint_that_is_full_says_so_on_its_page_and_not_that_the_network_is_busy(intake: Intake) -> None:
    path = await own_page(intake)
    sql = "UPDATE state SET data = jsonb_set(data, '{said}', $1) WHERE data->>'ticket' = $2"
    await intake.rows(sql, json.dumps(FULL), ticket_of(path))
    form = hidden(await intake.http.get(path)) | {"tindakan": "balas", "keterangan": "Dekat pasar"}
    answer = await intake.http.post(path, data=form)
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (429, True)
    assert "Aduan ini sudah memuat pesan sebanyak yang dapat kami simpan." in answer.text
    assert "jaringan Anda" not in answer.text
    assert "Dekat pasar" in answer.text


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Unavailable(), "Yang Anda tulis belum terkirim"),
        (NewerState(), "Kiriman Anda belum diterima"),
        (Unsure(), "mungkin sudah diterima"),
        (TooMany(retry_after=3), "dari jaringan Anda"),
    ],
)
def test_nobody_is_told_that_nothing_was_sent_when_it_may_have_been_stored(refusal: Unavailable, words: str) -> None:
    assert words in advice(refusal)


async def test_a_number_that_nobody_has_is_refused_in_both_languages(intake: Intake) -> None:
    told = (await intake.http.get("/v1/complaints/KT-0000-0000-1")).json()
    assert (told["title"], told["message"]) == (
        "No complaint has this number.",
        "Aduan dengan nomor ini tidak ditemukan. Periksa kembali nomor aduan Anda.",
    )
    page = await intake.http.get("/aduan/KT-0000-0000-1")
    assert (page.status_code, told["message"] in page.text, "Lihat aduan" in page.text) == (404, True, True)


async def test_a_file_that_is_no_export_is_refused_in_both_languages(intake: Intake) -> None:
    headers = {"Authorization": f"Bearer {await intake.new_key('koordinator', 'Diskominfo')}"}
    empty, other = [
        (await intake.http.post("/v1/imports/laporan-ringkas", content=body, headers=headers)).json()
        for body in (b"", b"bukan")
    ]
    assert (empty["title"], empty["detail"]) == (
        "The request is not valid.",
        "the field `file` must hold an .xlsx file",
    )
    assert empty["message"] == 'Kirim berkas .xlsx di bidang "file".'
    assert other["errors"] == [{"field": "file", "reason": "the file is no Laporan Ringkas"}]
    assert "berkas" in other["message"].lower()


async def test_an_item_of_a_list_is_refused_in_both_languages(intake: Intake) -> None:
    await intake.post({"text": "Lampu jalan padam di Loa Janan", "external_id": "x-1"})
    answer = await intake.post([{"text": "Jembatan miring di Sepaku", "external_id": "x-1"}])
    [item] = answer.json()["items"]
    assert (item["problem"]["title"], item["problem"]["message"]) == (
        "The same identity was used before with another content.",
        "Kiriman ini sudah kami terima dengan isi yang lain. Muat ulang halaman, lalu kirim lagi.",
    )


async def test_each_site_has_its_own_menu_and_nobody_logs_in(intake: Intake) -> None:
    for path, links in {"/": ["/", "/aduan"], "/aduan": ["/", "/aduan"], "/impor": ["/impor"]}.items():
        page = (await intake.http.get(path)).text
        menu = page.partition("<nav")[2].partition("</nav>")[0]
        assert [link in menu for link in (f'href="{one}"' for one in links)] == [True] * len(links)
        assert f'href="{path}" aria-current="page"' in menu
        assert menu.count("<li>") == len(links)
    assert (await intake.http.get("/masuk")).status_code == 404
