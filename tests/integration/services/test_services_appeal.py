"""An appeal through all four services on the real Kafka and Postgres: filed, counted, decided, told and shown."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from shared.policy import OMBUDSMAN
from shared.postgres.migrations import migrate
from shared.runtime.running import Running
from shared.web.keys import Keys
from tests.integration.intake.test_intake_pages import hidden as fields_of
from tests.integration.notifier.conftest import Stubs
from tests.integration.services.test_services_trace import apps, rows, working
from tests.support.infra import Database
from tests.support.people import Worker, hidden, hire, sign_in
from tests.support.toys import empty_streams, until
from tests.support.web import web_of

TEXT = "Lampu jalan provinsi di Loa Janan padam sejak Senin malam"
WHY = "Lampunya masih padam; jawabannya hanya janji."
MAIL = "warga@contoh.example"


@dataclass
class Province:
    """The pages of intake and router, the streams between them, and the keys of an adapter and of two offices."""

    database: Database
    router: Running[Any]
    pages: httpx.AsyncClient
    desk: httpx.AsyncClient
    adapter: dict[str, str]
    officer: dict[str, str]
    koordinator: dict[str, str]

    async def file(self) -> str:
        """File a complaint, and return the path of its secret page."""
        body = {"text": TEXT, "reporter": {"email": MAIL}}
        answer = await self.pages.post("/v1/submissions", json=body, headers=self.adapter)
        link: str = answer.json()["link"]
        return link.removeprefix("https://aduan.contoh.id")

    async def office(self, path: str, act: str, headers: dict[str, str], **body: Any) -> None:
        """Do an act of an office on the case."""
        answer = await self.desk.post(f"/v1/cases/{path.split('/')[2]}/{act}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text

    async def close(self, path: str) -> None:
        """Answer and close a case that has an OPD."""
        await self.until_shown(path, "Aduan diteruskan ke Dinas Perhubungan.")
        await self.office(path, "resolve", self.officer, answer="Lampu jalan sudah diganti kemarin.")
        await self.office(path, "close", self.koordinator, reason="Sudah dijawab.")
        await self.until_shown(path, "Ajukan keberatan kepada pengawas")

    async def appeal(self, path: str) -> str:
        """Appeal by the form of the page."""
        sent = fields_of(await self.pages.get(path)) | {"tindakan": "keberatan", "keterangan": WHY}
        answer = await self.pages.post(path, data=sent)
        assert answer.status_code == 303
        return await self.until_shown(path, "Keberatan Anda diputus pengawas paling lambat")

    async def decide(self, worker: httpx.AsyncClient, path: str, **typed: str) -> httpx.Response:
        """Send the form of the supervisors' desk."""
        here = f"/keberatan/{path.split('/')[2]}"
        page = (await worker.get(here)).text
        own = {name: hidden(page, name) for name in ("csrf", "sekali", "revisi")} if "Alasan putusan" in page else {}
        own = own or {"csrf": hidden(page, "csrf")}
        return await worker.post(here, data={**own, "tindakan": "putus", **typed})

    async def until_shown(self, path: str, words: str) -> str:
        """Wait until the reporter's page says this."""

        async def says() -> str | None:
            page = (await self.pages.get(path)).text
            return page if words in page else None

        return str(await until(says, f"the page says {words}", 60))

    async def told(self, path: str, *kinds: str) -> None:
        """Wait until messages of these kinds are made for the citizen."""
        sql = (
            "SELECT m.template FROM messages m JOIN state s ON s.key = m.complaint"
            f" WHERE m.audience = 'citizen' AND s.data->>'ticket' = '{path.split('/')[2]}'"
        )

        async def made() -> bool:
            return set(kinds) <= {row["template"] for row in await rows(self.database, "notifier", sql)}

        await until(made, f"the citizen is told {kinds}", 60)


@pytest.fixture
async def province(
    database: Database, cluster_ready: LocalKafka, kafka_admin: AdminClient, secrets: Secrets, tmp_path: Path
) -> AsyncIterator[Province]:
    """Run the four services on the real Kafka."""
    empty_streams(kafka_admin)
    stubs = Stubs()
    made = apps(database, cluster_ready, secrets, stubs, tmp_path)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(stubs.stop)
        live = {}
        for name, app in made.items():
            await migrate(database.dsn(f"{name}_owner"), name, app.migrations)
            live[name] = await stack.enter_async_context(working(app))
        keys = [
            await Keys(live["intake"].pool).create(owner="Loket", role="adapter", opd=None),
            await Keys(live["router"].pool).create(owner="Petugas", role="officer", opd="dishub"),
            await Keys(live["router"].pool).create(owner="Koordinator", role="koordinator", opd=None),
        ]
        pages, desk = [
            await stack.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(app=web_of(live[name])), base_url="https://aduan.contoh.id"
                )
            )
            for name in ("intake", "router")
        ]
        adapter, officer, koordinator = [{"Authorization": f"Bearer {key}"} for key in keys]
        yield Province(database, live["router"], pages, desk, adapter, officer, koordinator)


@contextlib.asynccontextmanager
async def signed_in(province: Province, worker: Worker) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=web_of(province.router))
    async with httpx.AsyncClient(transport=transport, base_url="https://aduan.contoh.id") as http:
        assert (await sign_in(http, worker)).status_code == 303
        yield http


@pytest.mark.timeout(300)
async def test_an_appeal_goes_from_the_citizen_to_a_person_above_the_closer_and_back(province: Province) -> None:
    first, second = await province.file(), await province.file()
    for path in (first, second):
        await province.close(path)
        assert "Mengapa Anda berkeberatan?" not in await province.appeal(path)
    ticket = first.split("/")[2]
    worker = await hire(province.router, "supervisor", email="pengawas@contoh.example")
    async with signed_in(province, worker) as supervisor:
        listed = (await supervisor.get("/keberatan")).text
        assert ticket in listed
        assert WHY in listed
        assert "Putuskan paling lambat" in listed

        answer = await province.decide(supervisor, first, **{"putusan": "upheld", "alasan-putusan": "Tanpa bukti."})
        assert answer.status_code == 303
        page = await province.until_shown(first, "Pengawas menerima keberatan; aduan dibuka kembali")
        assert "Tanpa bukti." in page
        await province.until_shown(first, "sedang menangani aduan Anda")

        answer = await province.decide(supervisor, second, **{"putusan": "rejected", "alasan-putusan": "Sudah dicek."})
        assert answer.status_code == 303
        page = await province.until_shown(second, "Pengawas menolak keberatan.")
        assert OMBUDSMAN in page
        assert "Mengapa Anda berkeberatan?" not in page
        assert "Tidak ada keberatan yang menunggu putusan." in (await supervisor.get("/keberatan")).text
        again = await province.decide(supervisor, second, **{"putusan": "upheld", "alasan-putusan": "Berubah."})
        assert again.status_code == 409
    for path in (first, second):
        await province.told(path, "appealed", "appeal_decided")
    reads = await rows(province.database, "router", "SELECT DISTINCT actor FROM reads WHERE why = 'appeal'")
    assert [row["actor"] for row in reads] == [f"supervisor:{worker.id}"]


@pytest.mark.timeout(300)
async def test_whoever_answered_with_another_role_of_the_same_account_is_refused(province: Province) -> None:
    path = await province.file()
    await province.until_shown(path, "Aduan diteruskan ke Dinas Perhubungan.")
    ticket = path.split("/")[2]
    both = await hire(province.router, "officer", "supervisor", opd="dishub", email="rangkap@contoh.example")
    async with signed_in(province, both) as http:
        page = (await http.get(f"/opd/{ticket}")).text
        own = {name: hidden(page, name) for name in ("csrf", "sekali", "revisi")}
        typed = {"tindakan": "jawab", "hasil": "explained", "jawaban": "Lampu jalan itu menyala dengan sensor."}
        assert (await http.post(f"/opd/{ticket}", data={**own, **typed})).status_code == 303
        await province.office(path, "close", province.koordinator, reason="Sudah dijawab.")
        await province.until_shown(path, "Ajukan keberatan kepada pengawas")
        await province.appeal(path)
        assert "harus diputus orang lain" in (await http.get(f"/keberatan/{ticket}")).text
        refused = await province.decide(http, path, **{"putusan": "rejected", "alasan-putusan": "Sudah benar."})
        assert refused.status_code == 403
        assert "Anda sendiri yang menjawab atau menutup" in refused.text
