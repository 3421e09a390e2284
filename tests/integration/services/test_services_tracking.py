"""The tracking page through intake and router on the real Kafka: changes appear, and no act is shown as undone."""

import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from services.intake.actions.asking import BETWEEN, ONE_OF
from shared.postgres.migrations import migrate
from shared.web.keys import Keys
from tests.integration.intake.test_intake_live import stream
from tests.integration.intake.test_intake_pages import hidden
from tests.integration.notifier.conftest import Stubs
from tests.integration.services.test_services_trace import apps, working
from tests.support.browser import serving
from tests.support.infra import Database
from tests.support.toys import empty_streams, until
from tests.support.web import web_of

UNCLEAR = "Ada pungutan uang seragam di sekolah anak saya, mohon ditindak."
TEXT = "Lampu jalan provinsi di Loa Janan padam sejak Senin malam"


@dataclass
class Province:
    """Intake behind a socket, with a client of its pages, and the router with a client of its API."""

    address: str
    pages: httpx.AsyncClient
    router: httpx.AsyncClient
    adapter: dict[str, str]
    officer: dict[str, str]

    async def shown(self, path: str) -> str:
        """Return the page."""
        return (await self.pages.get(path)).text

    async def file(self, text: str = TEXT) -> str:
        """File a complaint, and return the path of its secret page."""
        answer = await self.pages.post("/v1/submissions", json={"text": text, "channel": "web"}, headers=self.adapter)
        link: str = answer.json()["link"]
        return link.removeprefix("https://aduan.contoh.id")

    async def opd(self, path: str, act: str, **body: Any) -> None:
        """Do an act of the OPD that has the case."""
        ticket = path.split("/")[2]
        answer = await self.router.post(f"/v1/cases/{ticket}/{act}", json=body, headers=self.officer)
        assert answer.status_code == 200, answer.text

    async def act(self, path: str, **fields: str) -> str:
        """Send a form of the page, and return the page that follows at once."""
        answer = await self.pages.post(path, data=hidden(await self.pages.get(path)) | fields)
        return await self.shown(answer.headers["location"].partition("#")[0])

    async def until_shown(self, path: str, words: str) -> str:
        """Wait until the page says this."""

        async def says() -> str | None:
            page = await self.shown(path)
            return page if words in page else None

        return str(await until(says, f"the page says {words}", 60))


@pytest.fixture
async def province(
    database: Database, cluster_ready: LocalKafka, kafka_admin: AdminClient, secrets: Secrets, tmp_path: Path
) -> AsyncIterator[Province]:
    """Run intake and router on the real Kafka."""
    empty_streams(kafka_admin)
    stubs = Stubs()
    made = apps(database, cluster_ready, secrets, stubs, tmp_path)
    stubs.stop()
    async with contextlib.AsyncExitStack() as stack:
        for name in ("intake", "router"):
            await migrate(database.dsn(f"{name}_owner"), name, made[name].migrations)
        intake = await stack.enter_async_context(working(made["intake"]))
        router = await stack.enter_async_context(working(made["router"]))
        keys = [
            await Keys(intake.pool).create(owner="Loket", role="adapter", opd=None),
            await Keys(router.pool).create(owner="Petugas", role="officer", opd="dishub"),
        ]
        app = web_of(intake)
        address = await stack.enter_async_context(serving(app))
        pages, desk = [
            await stack.enter_async_context(
                httpx.AsyncClient(transport=httpx.ASGITransport(app=one), base_url="https://aduan.contoh.id")
            )
            for one in (app, web_of(router))
        ]
        adapter, officer = [{"Authorization": f"Bearer {key}"} for key in keys]
        yield Province(address, pages, desk, adapter, officer)


@pytest.mark.timeout(240)
async def test_what_the_opd_does_reaches_an_open_page_and_no_act_is_shown_as_undone(province: Province) -> None:
    path = await province.file()
    page = await province.until_shown(path, "Aduan diteruskan ke Dinas Perhubungan.")
    [(watched, mark)] = re.findall(r'data-live="([^"]+)" data-mark="([^"]+)"', page)
    async with stream(province.address, f"{watched}?mark={mark}") as events:
        await events.line("retry: ")
        await province.opd(path, "request-info", question="Tiang nomor berapa?")
        told = await events.line("id: ", 30)
    assert told.removeprefix("id: ") != mark
    assert "Menunggu jawaban Anda." in await province.shown(path)

    for act, under_way, after in (
        ({"tindakan": "balas", "keterangan": "Tiang nomor 17."}, "sedang diteruskan kepada petugas", "diteruskan ke"),
        ({"tindakan": "belum", "keterangan": "Masih padam."}, "belum teratasi kami terima", "Aduan dibuka kembali"),
        ({"tindakan": "selesai"}, "sudah teratasi kami terima", "Aduan ini sudah ditutup."),
    ):
        if act["tindakan"] != "balas":
            await province.opd(path, "resolve", answer="Lampu jalan sudah diganti kemarin.")
            await province.until_shown(path, "Ya, sudah selesai")
        at_once = await province.act(path, **act)
        # Either the router has answered meanwhile, or the page says that it has not. The question never comes back.
        for shown in (at_once, await province.shown(path)):
            assert (under_way in shown) or ("Sedang diproses." not in shown)
            assert "Menunggu jawaban Anda." not in shown
            assert "Ya, sudah selesai" not in shown
        settled = await province.until_shown(path, after)
        while "Sedang diproses." in settled:
            settled = await province.shown(path)


@pytest.mark.timeout(240)
async def test_a_withdrawal_is_under_way_and_then_the_complaint_has_ended(province: Province) -> None:
    path = await province.file()
    await province.until_shown(path, "Aduan diteruskan ke Dinas Perhubungan.")
    at_once = await province.act(path, tindakan="tarik")
    assert "Penarikan aduan sudah kami catat." in at_once
    assert ("Sedang diproses." in at_once) or ("Diarsipkan." in at_once)
    assert "Tarik kembali aduan</button>" not in at_once
    ended = await province.until_shown(path, "Aduan ini tidak dilanjutkan.")
    assert "kirim aduan baru" in ended


@pytest.mark.timeout(240)
async def test_a_citizen_who_chooses_on_the_page_decides_the_routing(province: Province) -> None:
    many = [{"text": f"{TEXT}, tiang nomor {number}", "channel": "web"} for number in range(BETWEEN * ONE_OF)]
    answer = await province.pages.post("/v1/submissions", json=many, headers=province.adapter)
    assert answer.status_code == 200, answer.text

    async def asked() -> str | None:
        """File a complaint whose school is open, and return its page if it asks. The count is some seconds old."""
        path = await province.file(UNCLEAR)
        page = await province.until_shown(path, "Petugas memeriksa")
        return path if "Mana yang paling sesuai" in page else None

    path = str(await until(asked, "few enough were asked", 60))
    page = await province.act(path, tindakan="pilih", pilihan="2")
    assert "Pilihan Anda kami teruskan" in page
    await province.until_shown(path, "Aduan diteruskan ke Dinas Pendidikan dan Kebudayaan.")
