"""An OPD that works on the console: its officer reads the list, accepts, and answers a day later."""

import hashlib
import io

from PIL import Image

from deploy.local.demo.scenes.accounts import Officer
from deploy.local.demo.scenes.browser import Browser, Form, NotOnPage
from deploy.local.demo.scenes.chats import TICKET
from shared.web.evidence_links import PATH

ANSWER = "Lampu sudah kami ganti dan menyala kembali. Data yang diminta kami kirim bersama jawaban ini."


async def work(officer: Officer) -> tuple[set[str], set[str]]:
    """Take one step on each case of the list. Return the tickets that were accepted, and those that were answered."""
    browser = officer.browser
    await browser.open("/opd")
    tickets = sorted({found[0] for link in browser.links if (found := TICKET.search(link))})
    accepted, answered = set(), set()
    for ticket in tickets:
        await browser.open(f"/opd/{ticket}")
        if accept := browser.find(tindakan="terima"):
            await browser.send(accept, {})
            accepted.add(ticket)
        elif browser.find(tindakan="jawab"):
            answer = await _with_photo(browser, ticket)
            await browser.send(answer, {"hasil": "fixed", "jawaban": ANSWER})
            answered.add(ticket)
    return accepted, answered


async def _with_photo(browser: Browser, ticket: str) -> Form:
    """Send a photo of the repair if the topic of the open case needs one. Return the form of the answer."""
    if "harus disertai foto" in browser.text:
        await browser.open(next(link for link in browser.links if PATH in link))
        await browser.send(browser.form(PATH), {}, {"berkas": ("perbaikan.jpg", _picture(ticket), "image/jpeg")})
        await browser.open(next(link for link in browser.links if f"/opd/{ticket}" in link))
    return browser.form(tindakan="jawab")


def _picture(ticket: str) -> bytes:
    """Return a photo that belongs to one case: a picture that was sent before would be doubted."""
    grains = Image.frombytes("L", (320, 240), hashlib.shake_256(ticket.encode()).digest(320 * 240))
    out = io.BytesIO()
    grains.save(out, "JPEG", quality=70)
    return out.getvalue()


async def write_down(officer: Officer, ticket: str, words: str) -> str:
    """Hear the voice note of a case at the desk and write it down. Return the type of what was heard."""
    browser = officer.browser
    await browser.open(f"/triase/{ticket}")
    sound = next((link for link in browser.links if "/berkas/" in link), None)
    if sound is None:
        raise NotOnPage(f"{ticket} shows no file")
    heard = await browser.fetch(sound)
    form = browser.form(tindakan="tulis")
    await browser.send(form, {form.fields["kolom"]: words})
    kind = heard.headers.get("content-type", "")
    return str(kind) if heard.is_success and heard.content.startswith(b"OggS") else f"{heard.status_code} {kind}"
