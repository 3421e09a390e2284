"""The citizen's pages as HTML, without a browser: filing, following, acting; what is typed is never lost."""

import contextlib
import html
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from shared.events import cases
from tests.integration.intake.test_intake_webhook import put, resolved
from tests.support.intake import Intake, message

TYPED = {"isi": "Lampu jalan <b>padam</b> sejak Senin", "lokasi": "Jl. Poros, Loa Janan", "whatsapp": "0800 0000 0123"}


def hidden(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of the page's first form."""
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'type="hidden" name="(csrf|sekali)" value="([^"]*)"', page.text)
    }


async def type_form(http: httpx.AsyncClient, **fields: str) -> httpx.Response:
    """Type the form, and return the page that the answer leads to: the answers, or the form again."""
    page = await http.get("/")
    return await keep(http, TYPED | hidden(page) | fields)


async def keep(http: httpx.AsyncClient, fields: dict[str, str]) -> httpx.Response:
    """Send the form's fields, and return the page that the answer leads to."""
    answer = await http.post("/", data=fields)
    assert answer.status_code == 303
    return await http.get(answer.headers["location"])


async def submit(http: httpx.AsyncClient, answers: httpx.Response, **fields: str) -> httpx.Response:
    """Press the button of the page with the answers."""
    return await http.post(answers.url.path, data=hidden(answers) | fields)


async def send(intake: Intake, **fields: str) -> httpx.Response:
    return await submit(intake.http, await type_form(intake.http, **fields))


@contextlib.asynccontextmanager
async def stranger_of(intake: Intake) -> AsyncIterator[httpx.AsyncClient]:
    """Yield another visitor's browser."""
    transport = httpx.ASGITransport(app=intake.app)
    async with httpx.AsyncClient(transport=transport, base_url=str(intake.http.base_url)) as stranger:
        yield stranger


async def own_page(intake: Intake) -> str:
    """The path of the secret page of a complaint filed on the web."""
    return (await send(intake)).headers["location"].removesuffix("/bukti")


async def weight(intake: Intake, path: str) -> int:
    """Return the size of a page over the wire, in bytes."""
    async with intake.http.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        return sum([len(part) async for part in answer.aiter_raw()])


def ticket_of(path: str) -> str:
    return path.split("/")[2]


async def test_the_form_files_a_complaint_and_leads_to_its_receipt(intake: Intake) -> None:
    answer = await send(intake)
    receipt = await intake.http.get(answer.headers["location"])
    [(_, data), *_] = await intake.events("submission.")
    assert (answer.status_code, data["channel"], data["text"], data["place"]) == (
        303,
        "web",
        TYPED["isi"],
        TYPED["lokasi"],
    )
    assert data["ticket"] in receipt.text
    assert "https://aduan.contoh.id/aduan/" in receipt.text


async def test_a_plain_no_typed_as_a_reply_reopens_and_anything_else_waits_for_a_person(intake: Intake) -> None:
    path = await own_page(intake)
    await put(intake, ticket_of(path), *resolved())
    for words in ("Pak tolong dicek lagi", "Masih padam pak, belum ada perubahan"):
        page = await intake.http.get(path)
        await intake.http.post(path, data=hidden(page) | {"tindakan": "balas", "keterangan": words})
    said = [kind for kind, _ in await intake.events("submission.citizen")]
    assert said == ["submission.citizen_replied", "submission.citizen_disputed"]
    await put(intake, ticket_of(path), cases.Replied(text="Pak tolong dicek lagi", state="resolved"))
    waits = (await intake.http.get(path)).text
    assert "Aduan tidak ditutup selama itu" in waits


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("0541 741234", "telepon rumah atau kantor"),
        ("0812 0000 1234 / 0813 0000 5678", "Tulis satu nomor saja"),
        ("6581234567", "diawali + dan kode negaranya"),
        ("0812 00", "Periksa jumlah angkanya"),
    ],
)
async def test_a_number_that_has_no_whatsapp_is_explained_at_its_field(
    intake: Intake, written: str, words: str
) -> None:
    answer = await type_form(intake.http, whatsapp=written)
    assert answer.text.count(words) == 2
    assert f'value="{written}"' in answer.text


async def test_the_form_and_whatsapp_know_the_same_person_by_one_number(intake: Intake) -> None:
    await send(intake, whatsapp="\u202a+62 (0)812 0000 1234\u202c")
    [row] = await intake.rows("SELECT data->>'ticket' AS ticket FROM state WHERE data->>'kind' = 'complaint'")
    await put(intake, row["ticket"], *resolved())
    await intake.whatsapp(message("wamid.1", "sudah pak terima kasih", sender="6281200001234"))
    assert (await intake.events("submission."))[-1][0] == "submission.citizen_confirmed"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"isi": ""}, "Tulis apa yang terjadi"),
        ({"lokasi": " "}, "Tulis lokasi kejadian"),
        ({"whatsapp": "abc"}, "Tulis nomor WhatsApp"),
        ({"surel": "bukan"}, "Tulis alamat surel"),
        ({"permohonan": "belum ada"}, "Tulis nomor permohonan"),
    ],
)
async def test_an_error_says_what_to_do_and_keeps_what_was_typed(
    intake: Intake, fields: dict[str, str], words: str
) -> None:
    answer = await type_form(intake.http, nama="Warga Contoh", **fields)
    [name] = fields
    assert answer.text.count(words) == 2
    assert 'value="Warga Contoh"' in answer.text
    assert f'href="#{name}"' in answer.text
    assert await intake.events() == []


async def test_what_a_citizen_typed_is_escaped(intake: Intake) -> None:
    page = await intake.http.get(await own_page(intake))
    assert "&lt;b&gt;padam&lt;/b&gt;" in page.text
    assert "<b>padam" not in page.text


async def test_the_public_page_shows_where_it_stands_and_no_text(intake: Intake) -> None:
    path = await own_page(intake)
    page = await intake.http.get(f"/aduan/{ticket_of(path)}")
    assert "Menunggu verifikasi" in page.text
    assert "padam" not in page.text


async def test_a_number_is_looked_up_however_it_is_written(intake: Intake) -> None:
    ticket = ticket_of(await own_page(intake))
    found = await intake.http.get("/aduan", params={"nomor": ticket.lower().replace("-", " ")})
    missing = await intake.http.get("/aduan", params={"nomor": "KT-1"})
    assert (found.headers["location"], missing.status_code) == (f"/aduan/{ticket}", 404)


async def test_a_wrong_secret_finds_nothing(intake: Intake) -> None:
    path = await own_page(intake)
    assert (await intake.http.get(path[:-4] + "0000")).status_code == 404


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"tindakan": "balas", "keterangan": "Dekat pasar"}, "citizen_replied"),
        ({"tindakan": "selesai"}, "citizen_confirmed"),
        ({"tindakan": "belum", "keterangan": "Masih padam"}, "citizen_disputed"),
        ({"tindakan": "nilai", "nilai": "4"}, "citizen_rated"),
        ({"tindakan": "tarik"}, "citizen_withdrew"),
    ],
)
async def test_each_act_of_the_page_is_done_once_per_form(intake: Intake, fields: dict[str, str], kind: str) -> None:
    path = await own_page(intake)
    await put(intake, ticket_of(path), *resolved())
    form = hidden(await intake.http.get(path)) | fields
    for _ in range(2):
        assert (await intake.http.post(path, data=form)).status_code == 303
    assert [told for told, _ in await intake.events("submission.")][1:] == [f"submission.{kind}"]


async def test_an_act_without_words_says_what_to_do(intake: Intake) -> None:
    path = await own_page(intake)
    answer = await intake.http.post(path, data=hidden(await intake.http.get(path)) | {"tindakan": "balas"})
    assert (answer.status_code, "Tulis keterangan Anda" in answer.text) == (422, True)


async def test_an_act_that_no_longer_fits_says_why_and_keeps_the_words(intake: Intake) -> None:
    path = await own_page(intake)
    form = hidden(await intake.http.get(path)) | {"tindakan": "belum", "keterangan": "Masih padam"}
    answer = await intake.http.post(path, data=form)
    assert (answer.status_code, "belum dijawab" in answer.text) == (409, True)


async def test_every_state_has_its_sentence_and_page(intake: Intake) -> None:
    path = await own_page(intake)
    for fact in (
        cases.InfoRequested(opd="dishub", question="Di sebelah mana?"),
        *resolved(),
        cases.Closed(by="silence"),
        cases.Referred(authority="regency_or_city", to="Kukar", reason="Jalan kabupaten.", next_step="Hubungi dinas."),
        cases.Archived(reason="no_evidence"),
    ):
        await put(intake, ticket_of(path), fact)
        page = await intake.http.get(path)
        assert page.status_code == 200


async def test_the_first_page_with_style_and_script_weighs_at_most_14_kb_and_later_ones_6(intake: Intake) -> None:
    page = await intake.http.get("/")
    [style] = re.findall(r'rel="stylesheet" href="([^"]+)"', page.text)
    [script] = re.findall(r'<script src="([^"]+)" defer>', page.text)
    assert sum([await weight(intake, path) for path in ("/", style, script)]) <= 14 * 1024
    answers = await type_form(intake.http, kabupaten="64.02")
    area = answers.url.path.replace("periksa", "wilayah")
    assert [path for path in (answers.url.path, area, "/wilayah/64.02") if await weight(intake, path) > 6 * 1024] == []
    assert await weight(intake, await own_page(intake)) <= 6 * 1024


async def test_pages_allow_nothing_inline_and_are_not_indexed(intake: Intake) -> None:
    page = await intake.http.get(await own_page(intake))
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert '<meta name="robots" content="noindex">' in page.text
    assert not re.search(r"<style|<script(?! src=./static/[0-9a-f]{12}/live.js. defer></script>)|style=", page.text)
    assert page.headers["cache-control"] == "no-store"


async def test_only_an_answer_that_fixed_the_problem_is_asked_about_as_solved(intake: Intake) -> None:
    path = await own_page(intake)
    await put(
        intake, ticket_of(path), cases.Resolved(opd="dishub", answer="Ini bukan jalan provinsi.", outcome="explained")
    )
    page = (await intake.http.get(path)).text
    assert "selesai" not in re.sub(r'value="selesai"', "", page)
    assert ("Apakah jawaban itu cukup bagi Anda?" in page, "Nyatakan belum cukup" in page) == (True, True)
    await put(intake, ticket_of(path), *resolved())
    assert "Ya, sudah selesai" in (await intake.http.get(path)).text
