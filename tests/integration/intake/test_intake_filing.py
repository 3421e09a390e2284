"""The filing of a complaint by the web form: once, for its own visitor, and without losing a word."""

import asyncio
import html

import pytest

from services.intake.actions.complaints import erase_complaint
from services.intake.actions.running import RunningIntake
from services.intake.loops import web_forms as loop
from services.intake.loops.web_forms import clear_forms
from shared.errors import Refused, Unavailable, Unsure
from shared.runtime.running import Running
from tests.integration.intake.test_intake_pages import (
    TYPED,
    hidden,
    keep,
    own_page,
    send,
    stranger_of,
    submit,
    ticket_of,
    type_form,
)
from tests.support.intake import Intake
from tests.support.toys import until


async def test_the_same_form_sent_twice_is_one_complaint(intake: Intake) -> None:
    answers = await type_form(intake.http)
    sent = [await submit(intake.http, answers) for _ in range(2)]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    assert len(await intake.events("submission.")) == 1


async def test_the_same_form_sent_twice_at_once_is_one_complaint(intake: Intake) -> None:
    answers = await type_form(intake.http)
    sent = await asyncio.gather(*(submit(intake.http, answers) for _ in range(2)))
    assert sent[0].headers["location"] == sent[1].headers["location"]
    assert len(await intake.events("submission.")) == 1


async def test_back_to_a_form_that_was_sent_leads_to_its_receipt(intake: Intake) -> None:
    answers = await type_form(intake.http)
    receipt = (await submit(intake.http, answers)).headers["location"]
    for path in (answers.url.path, answers.url.path.removesuffix("/periksa")):
        back = await intake.http.get(path)
        assert (back.status_code, back.headers["location"]) == (303, receipt)


async def test_a_form_that_is_sent_again_with_another_text_is_another_complaint(intake: Intake) -> None:
    fields = TYPED | hidden(await intake.http.get("/"))
    first = await submit(intake.http, await keep(intake.http, fields))
    others = [
        await submit(intake.http, await keep(intake.http, fields | {"isi": words}))
        for words in ("Jembatan di Sepaku miring sejak banjir", "Air di Sepaku keruh sejak banjir")
    ]
    assert len({first.headers["location"], *(one.headers["location"] for one in others)}) == 3
    assert len(await intake.events("submission.")) == 3


@pytest.mark.parametrize("change", [{}, {"isi": "LAMPU jalan <b>padam</b>,  sejak senin!"}, {"lokasi": "Loa Janan"}])
async def test_the_same_text_from_the_same_visitor_leads_to_the_first_complaint_unless_it_is_meant(
    intake: Intake, change: dict[str, str]
) -> None:
    first = (await send(intake)).headers["location"].removesuffix("/bukti")
    answers = await type_form(intake.http, **change)
    assert ("Aduan ini baru saja terkirim" in answers.text, f'href="{first}"' in answers.text) == (True, True)
    hinted = await submit(intake.http, answers)
    assert hinted.headers["location"].endswith("/periksa#sama")
    assert len(await intake.events("submission.")) == 1
    assert 'name="tetap" value="ya"' in answers.text
    second = (await submit(intake.http, answers, tetap="ya")).headers["location"]
    assert (second.startswith("/aduan/"), second != f"{first}/bukti") == (True, True)
    assert len(await intake.events("submission.")) == 2


async def test_another_visitor_with_the_same_content_hears_of_the_ticket_and_gets_no_secret_link(
    intake: Intake,
) -> None:
    first = (await send(intake)).headers["location"].removesuffix("/bukti")
    async with stranger_of(intake) as stranger:
        answers = await type_form(stranger)
        assert (f'href="/aduan/{ticket_of(first)}"' in answers.text, first in answers.text) == (True, False)
        other = await type_form(stranger, lokasi="Sepaku")
        assert "baru saja terkirim" not in other.text


async def test_nobody_else_hears_of_a_confidential_complaint(intake: Intake) -> None:
    await send(intake, rahasia="ya")
    assert "baru saja terkirim" in (await type_form(intake.http)).text
    async with stranger_of(intake) as stranger:
        assert "baru saja terkirim" not in (await type_form(stranger)).text


async def test_the_hint_ends_after_some_minutes_and_with_an_erasure(intake: Intake) -> None:
    path = await own_page(intake)
    await intake.rows("UPDATE web_forms SET sent_at = sent_at - interval '11 minutes'")
    assert "baru saja terkirim" not in (await type_form(intake.http)).text
    await intake.rows("UPDATE web_forms SET sent_at = now() WHERE sent_at IS NOT NULL")
    assert "baru saja terkirim" in (await type_form(intake.http)).text
    await erase_complaint(RunningIntake(intake.live, intake.settings), ticket_of(path), "uji")
    assert "baru saja terkirim" not in (await type_form(intake.http)).text


async def test_the_token_in_another_visitors_hands_leads_to_no_page_and_keeps_what_was_typed(intake: Intake) -> None:
    fields = TYPED | hidden(await intake.http.get("/"))
    answers = await keep(intake.http, fields)
    first = await submit(intake.http, answers)
    async with stranger_of(intake) as stranger:
        own = hidden(await stranger.get("/"))
        for path in (answers.url.path, answers.url.path.removesuffix("/periksa")):
            assert (await stranger.get(path)).status_code == 404
        assert (await stranger.post(answers.url.path, data=own)).status_code == 404
        again = await keep(stranger, fields | {"csrf": own["csrf"]})
        assert ("sudah terlalu lama terbuka" in again.text, html.escape(TYPED["isi"]) in again.text) == (True, True)
        assert first.headers["location"] not in again.text
    assert len(await intake.events("submission.")) == 1


async def test_a_forged_form_is_not_taken_and_loses_nothing(intake: Intake) -> None:
    page = await keep(intake.http, TYPED | {"csrf": "x", "sekali": "x.y"})
    assert ("sudah terlalu lama terbuka" in page.text, "Loa Janan" in page.text) == (True, True)
    answers = await type_form(intake.http)
    refused = await submit(intake.http, answers, csrf="x")
    assert refused.headers["location"].endswith("?kabar=lama")
    assert await intake.events() == []


async def test_a_token_that_is_not_ours_is_replaced_and_what_was_typed_stays(intake: Intake) -> None:
    page = await type_form(intake.http, sekali="abc.def")
    assert ("sudah terlalu lama terbuka" in page.text, "Loa Janan" in page.text) == (True, True)
    answers = await keep(intake.http, TYPED | hidden(page))
    assert (await submit(intake.http, answers)).headers["location"].endswith("/bukti")


async def test_a_filled_trap_is_no_complaint(intake: Intake) -> None:
    page = await type_form(intake.http, alamat_situs="http://x")
    assert ("kolom yang tersembunyi" in page.text, await intake.events()) == (True, [])


async def test_a_form_that_nobody_sends_is_kept_for_a_day_and_then_deleted(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "CLEAR_S", 0.05)
    answers = await type_form(intake.http)
    await intake.rows("UPDATE web_forms SET typed_at = now() - interval '25 hours'")
    gone = await intake.http.get(answers.url.path)
    assert (gone.status_code, "tidak tersimpan lagi" in gone.text) == (404, True)
    sweeping = asyncio.create_task(clear_forms(intake.live))
    await asyncio.sleep(0.2)
    assert len(await intake.rows("SELECT FROM web_forms")) == 1
    monkeypatch.setattr(Running, "leading", lambda _running: True)

    async def deleted() -> bool:
        return await intake.rows("SELECT FROM web_forms") == []

    await until(deleted, "the leader has deleted the form")
    sweeping.cancel()
    await asyncio.gather(sweeping, return_exceptions=True)


async def test_a_form_that_was_sent_leaves_no_words_behind(intake: Intake) -> None:
    await send(intake, nama="Warga Contoh")
    [row] = await intake.rows("SELECT web_forms::text AS row, content FROM web_forms")
    assert (row["content"], "Warga" in row["row"], "adam" in row["row"]) == (None, False, False)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [(Unavailable(), "Sistem sedang tidak dapat menyimpan"), (Unsure(), "bila sudah tersimpan, aduannya tetap satu")],
)
async def test_a_complaint_that_cannot_be_stored_now_comes_back_with_its_answers_and_is_one_when_it_is_sent_again(
    intake: Intake, monkeypatch: pytest.MonkeyPatch, refusal: Refused, words: str
) -> None:
    answers = await type_form(intake.http)

    async def refused(*_given: object, **_more: object) -> None:
        raise refusal

    with monkeypatch.context() as away:
        away.setattr(Running, "do", refused)
        away_answer = await submit(intake.http, answers)
    again = await intake.http.get(away_answer.headers["location"])
    assert (words in again.text, html.escape(TYPED["isi"]) in again.text) == (True, True)
    assert (await submit(intake.http, again)).headers["location"].endswith("/bukti")
    assert len(await intake.events("submission.")) == 1
