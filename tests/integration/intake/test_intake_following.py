"""The pages for following another person's complaint, without a browser: what is kept, what is told to whom."""

import asyncio
import html
import json
import re

import httpx
import pytest

from services.intake.actions.complaints import erase_complaint
from services.intake.actions.following import erase_follower
from services.intake.actions.running import RunningIntake
from shared.events import cases
from tests.integration.intake.test_intake_limits import browser
from tests.integration.intake.test_intake_pages import hidden, weight
from tests.integration.intake.test_intake_webhook import put, resolved
from tests.support.infra import Database
from tests.support.intake import Intake, message, opened

NUMBER, STORED = "+62 812 0000 1234", "6281200001234"


async def filed(intake: Intake, **more: object) -> str:
    told = {"text": "Lampu jalan di depan pasar padam", "place": "Loa Janan"} | more
    return str((await intake.post(told)).json()["ticket"])


async def follow(intake: Intake, ticket: str, **typed: str) -> httpx.Response:
    page = await intake.http.get(f"/ikuti/{ticket}")
    return await intake.http.post(f"/ikuti/{ticket}", data=typed | hidden(page))


async def link_of(intake: Intake) -> str:
    """Return the path of the newest follower's own page."""
    *_, (_, data) = [one for one in await intake.events("contact.linked") if one[1]["role"] == "follower"]
    return str(data["link"])


async def test_following_leaves_a_contact_and_tells_router_and_notifier(intake: Intake) -> None:
    ticket = await filed(intake)
    answer = await follow(intake, ticket.lower(), whatsapp=NUMBER, surel="warga@contoh.id")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/ikuti/{ticket}?terkirim=1")
    done = await intake.http.get(answer.headers["location"])
    assert "Pesan pertama kami kirim ke nomor atau alamat" in done.text
    linked = [data for _, data in await intake.events("contact.linked")]
    assert [(data["role"], data["address"]) for data in linked] == [
        ("follower", STORED),
        ("follower", "warga@contoh.id"),
    ]
    assert len(await intake.events("submission.followed")) == 2
    assert "<dt>Diikuti</dt><dd>2 orang</dd>" in (await intake.http.get(f"/ikuti/{ticket}")).text
    assert (await intake.http.get(f"/v1/complaints/{ticket}")).json()["followers"] == 2
    assert STORED not in json.dumps(await intake.events("submission."))


async def test_the_answer_does_not_tell_whether_a_number_is_the_reporters(intake: Intake) -> None:
    ticket = await filed(intake, reporter={"whatsapp": NUMBER})
    other = await filed(intake)
    pages = []
    for one in (ticket, other):
        answer = await follow(intake, one, whatsapp=NUMBER)
        pages.append((await intake.http.get(answer.headers["location"])).text.replace(one, "KT"))
    assert re.sub(r'value="[^"]*"', "", pages[0]) == re.sub(r'value="[^"]*"', "", pages[1])
    assert len(await intake.events("submission.followed")) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Tulis nomor WhatsApp atau alamat surel Anda."),
        ({"whatsapp": "0541 123456"}, "Nomor"),
        ({"surel": "bukan alamat"}, "Tulis alamat surel yang lengkap"),
    ],
)
async def test_a_wrong_or_missing_contact_is_told_and_what_was_typed_stays(
    intake: Intake, typed: dict[str, str], words: str
) -> None:
    answer = await follow(intake, await filed(intake), **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert all(f'value="{value}"' in answer.text for value in typed.values())
    assert await intake.events("submission.followed") == []


async def test_the_own_page_shows_the_state_alone_and_ends_the_following(intake: Intake) -> None:
    ticket = await filed(intake)
    await follow(intake, ticket, whatsapp=NUMBER)
    path = await link_of(intake)
    page = await intake.http.get(path)
    assert page.status_code == 200
    assert "pasar padam" not in page.text
    assert "Aduan Anda" not in page.text
    ended = await intake.http.post(path, data=hidden(page))
    assert ended.headers["location"] == f"/ikuti/{ticket}?berhenti=1"
    assert "tidak mengikuti aduan ini lagi" in (await intake.http.get(ended.headers["location"])).text
    assert [kind for kind, _ in await intake.events("contact.")] == [
        "contact.linked",
        "contact.unlinked",
        "contact.erased",
    ]
    assert len(await intake.events("submission.unfollowed")) == 1
    assert (await intake.http.get(path)).status_code == 404
    assert STORED not in json.dumps([row["data"] for row in await intake.rows("SELECT data FROM state")])


async def test_a_wrong_link_or_a_forged_form_ends_nothing(intake: Intake) -> None:
    ticket = await filed(intake)
    await follow(intake, ticket, whatsapp=NUMBER)
    path = await link_of(intake)
    fields = hidden(await intake.http.get(path))
    assert (await intake.http.post(f"/ikuti/{ticket}/{'0' * 32}", data=fields)).status_code == 404
    assert (await intake.http.post(path, data={"csrf": "palsu"})).status_code == 403
    assert await intake.events("submission.unfollowed") == []


@pytest.mark.parametrize("kind", ["rahasia", "ended"])
async def test_what_is_confidential_or_over_cannot_be_followed(intake: Intake, kind: str) -> None:
    ticket = await filed(intake, rahasia=kind == "rahasia")
    csrf = hidden(await intake.http.get("/"))
    if kind == "ended":
        await put(intake, ticket, cases.Closed(by="citizen"))
    assert "tidak dapat diikuti" in (await intake.http.get(f"/ikuti/{ticket}")).text
    answer = await intake.http.post(f"/ikuti/{ticket}", data={"whatsapp": NUMBER} | csrf)
    assert answer.status_code == 409
    assert await intake.events("submission.followed") == []


async def test_a_follower_who_writes_stop_gets_no_more_messages(intake: Intake) -> None:
    ticket = await filed(intake)
    await follow(intake, ticket, whatsapp=NUMBER)
    await intake.whatsapp(message("wamid.1", "STOP", sender=STORED))
    linked, out = [
        (await intake.rows("SELECT key FROM events WHERE type = $1", kind))[0]["key"]
        for kind in ("contact.linked", "contact.opted_out")
    ]
    assert linked == out


async def test_a_follower_on_whatsapp_files_and_answers_for_itself_alone(intake: Intake) -> None:
    ticket = await filed(intake)
    await put(intake, ticket, *resolved())
    await follow(intake, ticket, whatsapp=NUMBER)
    for number, text in enumerate(("Sudah selesai", "Belum", "STATUS", "Masih rusak pak")):
        await intake.whatsapp(message(f"wamid.{number}", text, sender=STORED))
    assert [kind for kind, _ in await intake.events("submission.citizen")] == []
    assert ticket not in json.dumps([data for _, data in await intake.events("contact.reply_requested")])


async def test_a_number_is_not_flooded_with_first_messages(intake_database: Database) -> None:
    async with opened(intake_database, contact_burst=2) as intake:
        tickets = [await filed(intake) for _ in range(3)]
        answers = [await follow(intake, ticket, whatsapp=NUMBER) for ticket in tickets]
        assert [answer.status_code for answer in answers] == [303, 303, 429]
        assert "sudah beberapa kali didaftarkan" in answers[2].text
        assert f'value="{NUMBER}"' in answers[2].text
        assert (await follow(intake, tickets[2], whatsapp="+62 812 0000 1235")).status_code == 303


async def test_tickets_cannot_be_guessed_here_either(intake_database: Database) -> None:
    async with opened(intake_database, lookup_burst=3) as intake:
        statuses = [(await intake.http.get(f"/ikuti/KT-{number}")).status_code for number in range(5)]
        assert statuses == [404, 404, 404, 429, 429]


async def test_the_erasure_of_a_complaint_removes_its_followers(intake: Intake) -> None:
    ticket = await filed(intake)
    await follow(intake, ticket, whatsapp=NUMBER)
    await erase_complaint(RunningIntake(intake.live, intake.settings), ticket, "surat 1")
    assert [kind for kind, _ in await intake.events("contact.")] == ["contact.linked", "contact.erased"]
    assert await intake.rows("SELECT 1 FROM complaint_words") == []
    assert STORED not in json.dumps([row["data"] for row in await intake.rows("SELECT data FROM state")])


async def test_an_operator_erases_a_follower_by_the_number(intake: Intake) -> None:
    running = RunningIntake(intake.live, intake.settings)
    tickets = [await filed(intake) for _ in range(2)]
    for ticket in tickets:
        await follow(intake, ticket, whatsapp=NUMBER)
    assert await erase_follower(running, "whatsapp", STORED, "surat 2") == 2
    assert len(await intake.events("submission.unfollowed")) == 2
    assert [kind for kind, _ in await intake.events("contact.erased")] == ["contact.erased"]
    assert await erase_follower(running, "whatsapp", STORED, "surat 2") == 0


async def test_a_flood_of_forms_gets_a_page_with_the_place_and_the_form_is_sent_from_there(
    intake_database: Database,
) -> None:
    limits = {"web_burst": 1, "web_rate": 12, "web_wait_s": 0.5}
    async with opened(intake_database, **limits, trusted_proxies="127.0.0.1") as intake:
        text = 'Air <b>PDAM</b> & "listrik" mati\ndua hari di Loa Janan'
        async with browser(intake, "203.0.113.7") as first, browser(intake, "203.0.113.7") as second:
            typed = {"isi": text, "lokasi": "Loa Janan", "anonim": "ya"}
            assert (await first.post("/", data=typed | hidden(await first.get("/")))).status_code == 303
            waiting = await second.post("/", data=typed | hidden(await second.get("/")))
            assert waiting.status_code == 429
            assert "Anda di urutan ke-1 dalam antrean" in waiting.text
            kept = fields_of(waiting)
            assert (kept["isi"], kept["lokasi"], kept["anonim"]) == (text, "Loa Janan", "ya")
            await asyncio.sleep(int(waiting.headers["retry-after"]))
            assert (await second.post("/", data=kept)).status_code == 303
        told = [data["text"] for _, data in await intake.events("submission.submitted")]
        assert told == [text, text]


def fields_of(page: httpx.Response) -> dict[str, str]:
    """Return every hidden field of a page's form, as a browser sends it."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
    return {html.unescape(name): html.unescape(value) for name, value in found}


async def test_the_same_text_from_many_browsers_is_marked_and_none_is_refused(intake: Intake) -> None:
    text = "Kami menolak pembangunan gudang di tengah permukiman warga Loa Janan karena bising dan berdebu."
    for number in range(12):
        async with browser(intake, f"203.0.113.{number}") as http:
            fields = {"isi": text, "lokasi": "Loa Janan"} | hidden(await http.get("/"))
            assert (await http.post("/", data=fields)).status_code == 303
    signs = [data["suspicions"] for _, data in await intake.events("submission.submitted")]
    assert signs == [[]] * 9 + [["same_text"]] * 3


@pytest.mark.parametrize("path", ["/ikuti/{}", "/ikuti/{}?terkirim=1"])
async def test_the_pages_are_light(intake: Intake, path: str) -> None:
    ticket = await filed(intake)
    assert await weight(intake, path.format(ticket)) < 4_000
