"""Pictures for the guides, and the cases that a walk through a day of work needs."""

import contextlib
import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image
from playwright.async_api import Page

from services.router.accounts.model import check_account
from services.router.actions.accounts import AccountDesk
from services.router.errors import AlreadyTheirs
from services.router.rules import commands as c
from shared.events.catalogue import CASES, DEADLINES, SUBMISSIONS
from shared.events.deadlines import DeadlineSet
from shared.events.fact import Fact
from shared.ids import new_id
from shared.pipeline import Item
from shared.pipeline.step import Batch
from shared.runtime.running import Running
from tests.support.browser import check
from tests.support.doors import hear
from tests.support.people import PASSWORD, Worker
from tests.support.router_facts import submitted

# A picture of a guide is small, so that the guides print and load quickly.
HEAVIEST_PICTURE = 90 * 1024
COLOURS = 48
HOLE, LAMP, BRIDGE = "KT-3B7M-4Q2X-X", "KT-5D8N-6R3W-X", "KT-8H2P-9T4V-X"
NEWS, APPEALED, RETURNED = "KT-4C6K-7S5Y-X", "KT-6F9J-3M8D-X", "KT-9K4R-2W6H-X"
OFFICER_NEW, OFFICER_NEXT = "KT-2G5T-8B7C-X", "KT-7M3X-5V9F-X"
PLACES = {
    HOLE: "Jl. Poros Loa Janan, Kutai Kartanegara",
    LAMP: "Jl. A.W. Syahranie, Samarinda",
    BRIDGE: "Desa Batu Kajang, Paser",
}


async def keep(page: Page, name: str, height: int, *, at: str = "") -> None:
    """Check the page. Where TANGGAP_PICTURES names a folder, keep the part of so many pixels below the place ``at``."""
    await check(page)
    folder = os.environ.get("TANGGAP_PICTURES")
    if not folder:
        return
    top = 0.0
    if at:
        box = await page.locator(at).first.bounding_box()
        assert box is not None
        scrolled: Any = await page.evaluate("scrollY")
        top = max(0.0, box["y"] + float(scrolled) - 16)
    size = page.viewport_size
    assert size is not None
    whole: Any = await page.evaluate("document.documentElement.scrollHeight")
    part = {"x": 0.0, "y": top, "width": float(size["width"]), "height": min(float(height), float(whole) - top)}
    taken = Image.open(io.BytesIO(await page.screenshot(full_page=True, clip=part)))  # type: ignore[arg-type]
    path = Path(folder) / f"{name}.png"
    taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < HEAVIEST_PICTURE, name


async def enter(page: Page, address: str, worker: Worker) -> None:
    """Sign in from the page that was asked for."""
    await page.goto(address)
    await page.get_by_label("Alamat surel").fill(worker.email)
    await page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Masuk", exact=True).click()
    await page.get_by_label("Kode", exact=True).fill(worker.code())
    await page.get_by_role("button", name="Lanjut").click()
    await page.wait_for_url(f"{address}**")


async def invited(live: Running[Any], email: str, name: str, role: str) -> str:
    """Make an account, and return the path that the mail of its invitation names."""
    rows = AccountDesk(live).rows
    account = await rows.add(check_account(email, name, (role,), None), "test")
    return f"/akun/tautan/{await rows.make_link(account, 'invitation', 'test')}"


async def set_password(page: Page, address: str, email: str) -> None:
    """Follow an invitation, choose a password and sign in with it."""
    await page.goto(address)
    await page.get_by_label("Kata sandi baru").fill(PASSWORD)
    await page.get_by_label("Tulis sekali lagi").fill(PASSWORD)
    await page.get_by_role("button", name="Simpan kata sandi").click()
    await page.get_by_text("Kata sandi tersimpan.").wait_for()
    await page.get_by_label("Alamat surel").fill(email)
    await page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Masuk", exact=True).click()


async def filed(live: Running[Any], ticket: str, text: str, *opds: str, due: timedelta | None = None) -> UUID:
    """File a complaint. Assign it to the OPD; each OPD but the last sends it back. Set the desk's due time."""
    fact = submitted(
        text,
        ticket=ticket,
        reporter_name="Warga Contoh",
        place=PLACES.get(ticket, "Jl. Poros Loa Janan, Kutai Kartanegara"),
        filed_at=datetime.now(UTC) - timedelta(hours=5),
    )
    key = await hear(live, SUBMISSIONS, fact)
    if due is not None:
        now = datetime.now(UTC)
        clock = DeadlineSet(clock="verify", run=1, started_at=now, due_at=now + due, explanation="menurut kebijakan")
        await hear(live, DEADLINES, clock, key)
    for number, opd in enumerate(opds):
        if number:
            sent_back = c.Decline(opd=opds[number - 1], reason="Bukan ruas yang kami kelola.", suggestion=opd)
            await live.do(sent_back, keys=(key,), actor="opd")
        # The rules may have placed it already; then a person changes that, with a reason.
        with contextlib.suppress(AlreadyTheirs):
            await live.do(c.Assign(opd=opd, reason="Ruas provinsi."), keys=(key,), actor="triage")
    return key


async def heard_before(live: Running[Any], days: float, *facts: Fact) -> None:
    """Let the deadline service hear of a case whose events happened so many days ago, an hour apart."""
    key, began = new_id(), datetime.now(UTC) - timedelta(days=days)
    for number, fact in enumerate(facts):
        moment = began + timedelta(hours=number)
        item = Item(key, fact, "test", moment, new_id(), (key,), topic=CASES, sequence=number + 1)
        await live.step.run(Batch([item]))
