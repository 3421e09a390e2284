"""A complaint that is not the province's, through all four services: told, brought back by a tap, or passed on."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from shared.postgres.migrations import migrate
from shared.runtime.running import Running
from shared.web.keys import Keys
from tests.integration.intake.test_intake_pages import hidden
from tests.integration.notifier.conftest import Stubs
from tests.integration.services.test_services_trace import apps, rows, working
from tests.support.infra import Database
from tests.support.toys import empty_streams, until
from tests.support.web import web_of

TEXT = "Sampah menumpuk di Jalan Pelita, Kota Samarinda, tidak diangkut seminggu."
CITY, MAIL, CITIZEN = "Pemerintah Kota Samarinda", "pengaduan@samarinda.example", "rahmat@warga.example"


@dataclass
class Province:
    """The four services, with clients of the citizen's pages and of the desk's API."""

    database: Database
    pages: httpx.AsyncClient
    desk: httpx.AsyncClient
    adapter: dict[str, str]
    koordinator: dict[str, str]

    async def file(self) -> str:
        """File a complaint that the rules refer, and return the path of its secret page once the page says so."""
        body = {"text": TEXT, "reporter": {"name": "Rahmat", "email": CITIZEN}}
        answer = await self.pages.post("/v1/submissions", json=body, headers=self.adapter)
        path = str(answer.json()["link"]).removeprefix("https://aduan.contoh.id")
        await self.shows(path, f"Kami anggap ini urusan {CITY}.")
        return path

    async def shows(self, path: str, words: str) -> str:
        """Wait until the page says this, and return it."""

        async def says() -> str | None:
            page = (await self.pages.get(path)).text
            return page if words in page else None

        return str(await until(says, f"the page says {words}", 90))

    async def tap(self, path: str, act: str) -> None:
        """Send a form of the page that has one button."""
        answer = await self.pages.post(path, data=hidden(await self.pages.get(path)) | {"tindakan": act})
        assert answer.status_code == 303, answer.text

    async def act(self, path: str, act: str, **body: Any) -> None:
        answer = await self.desk.post(f"/v1/cases/{ticket(path)}/{act}", json=body, headers=self.koordinator)
        assert answer.status_code == 200, answer.text

    async def case(self, path: str) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.desk.get(f"/v1/cases/{ticket(path)}", headers=self.koordinator)).json()
        return answer

    async def mail(self, address: str, template: str, variant: str | None = None) -> dict[str, Any]:
        """Wait until the notifier has a message of this kind to this address, and return what it says."""

        async def planned() -> dict[str, Any] | None:
            found = await rows(
                self.database, "notifier", "SELECT address, template, facts FROM messages ORDER BY position"
            )
            for one in found:
                facts: dict[str, Any] = json.loads(one["facts"])
                if (one["address"], one["template"], facts.get("variant")) == (address, template, variant):
                    return facts
            return None

        found = await until(planned, f"{template} for {address}", 90)
        assert found is not None
        return dict(found)


def ticket(path: str) -> str:
    return path.split("/")[2]


@pytest.fixture
async def province(
    database: Database, cluster_ready: LocalKafka, kafka_admin: AdminClient, secrets: Secrets, tmp_path: Path
) -> AsyncIterator[Province]:
    """Run all four services on the real Kafka. The mails go to a stub of an SMTP server."""
    empty_streams(kafka_admin)
    outside = Stubs()
    made = apps(database, cluster_ready, secrets, outside, tmp_path)
    try:
        async with contextlib.AsyncExitStack() as stack:
            for name, app in made.items():
                await migrate(database.dsn(f"{name}_owner"), name, app.migrations)
            lives: dict[str, Running[Any]] = {
                name: await stack.enter_async_context(working(app)) for name, app in made.items()
            }
            adapter = await Keys(lives["intake"].pool).create(owner="Loket", role="adapter", opd=None)
            koordinator = await Keys(lives["router"].pool).create(owner="Petugas", role="koordinator", opd=None)
            pages, desk = [
                await stack.enter_async_context(
                    httpx.AsyncClient(
                        transport=httpx.ASGITransport(app=web_of(lives[name])), base_url="https://aduan.contoh.id"
                    )
                )
                for name in ("intake", "router")
            ]
            keys = [{"Authorization": f"Bearer {key}"} for key in (adapter, koordinator)]
            yield Province(database, pages, desk, *keys)
    finally:
        outside.stop()


@pytest.mark.timeout(400)
async def test_from_filing_over_the_tap_back_to_triage_and_to_the_authority_with_consent(province: Province) -> None:
    path = await province.file()
    told = await province.mail(CITIZEN, "referred", "proposed")
    assert (told["to"], told["share"]) == (CITY, True)
    listed = (await province.desk.get("/v1/referrals", headers=province.koordinator)).json()["items"]
    assert [(one["ticket"], one["referral"]["fresh"]) for one in listed] == [(ticket(path), True)]
    # Nobody has looked yet, so the city knows nothing.
    assert not await rows(province.database, "notifier", "SELECT 1 FROM messages WHERE audience = 'authority'")

    await province.tap(path, "provinsi")
    page = await province.shows(path, "Aduan kembali ke meja petugas")
    assert "Menurut saya ini urusan provinsi" not in page
    # The desk has a limit of its own again, which the citizen reads.
    await province.shows(path, "Instansi baru ditunjuk paling lambat")
    assert (await province.mail(CITIZEN, "taken_back"))["came_from"] == "objection"
    case = await province.case(path)
    assert (case["state"], case["desk"], case["referral"]) == ("verification", "triage", None)
    assert (await province.desk.get("/v1/referrals", headers=province.koordinator)).json()["items"] == []

    # The desk looks and refers it all the same. The city reads the complaint, and not who wrote it.
    await province.act(
        path, "refer", authority="regency_or_city", to=CITY, reason="Jalan kota.", next_step="Tunggu kabar dari kota."
    )
    letter = await province.mail(MAIL, "authority_told")
    assert TEXT in letter["complaint"]
    assert "Rahmat" not in json.dumps(letter)
    assert CITIZEN not in json.dumps(letter)
    await province.shows(path, f"Aduan ini kami sampaikan kepada {CITY}, tanpa nama dan kontak Anda.")

    await province.tap(path, "izinkan")
    person = await province.mail(MAIL, "authority_told", "person")
    assert (person["name"], person["contacts"]) == ("Rahmat", [f"surel: {CITIZEN}"])

    await province.act(path, "authority-answer", text="Sampah sudah diangkut pagi ini.", on="2026-03-20")
    await province.shows(path, f"{CITY} menjawab pada Jumat, 20 Maret 2026.")
    assert (await province.mail(CITIZEN, "authority_answered"))["answer"] == "Sampah sudah diangkut pagi ini."

    # Taken back after all: the city reads that it need not act.
    await province.act(path, "take-back", reason="Ternyata TPA provinsi.")
    await province.mail(MAIL, "authority_told", "withdrawn")
    assert (await province.case(path))["state"] == "verification"
