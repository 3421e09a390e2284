"""Accounts: invitation, sign-in with a second factor, what ends a session, and what an administrator does."""

import asyncio
import re
import time
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest

from services.router.actions.accounts import AccountDesk
from shared.events.catalogue import ACCOUNTS, SUBMISSIONS
from shared.steady import STEP_S
from shared.web.people import ACCOUNT_COOKIE, WHOSE_SESSION
from tests.support.doors import hear
from tests.support.people import PASSWORD, cookie_of, hidden, hire, sign_in
from tests.support.router_facts import UNCLEAR, submitted
from tests.support.router_world import RouterWorld


async def opens(http: httpx.AsyncClient, cookie: str, path: str = "/akun") -> bool:
    """Return whether the cookie alone opens the page."""
    answer = await http.get(path, headers={"Cookie": f"{ACCOUNT_COOKIE}={cookie}"})
    assert answer.status_code in (200, 303)
    return answer.status_code == 200


async def mailed(world: RouterWorld) -> list[str]:
    """Return the links that the notifier was asked to mail, the first one first."""
    rows = await world.world.rows(
        "router", "SELECT data->'params'->>'address' AS link FROM events WHERE topic = $1 ORDER BY id", ACCOUNTS
    )
    return [str(row["link"]) for row in rows]


async def test_an_invited_person_sets_a_password_and_a_second_factor_and_works(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        desk = AccountDesk(live)
        await desk.add("Rini@Contoh.Example", "Rini Uji", ("koordinator",), None, "test")
        (link,) = await mailed(router_world)
        path = urlsplit(link).path
        page = await http.get(path)
        assert "rini@contoh.example" in page.text
        weak = await http.post(path, data={"csrf": hidden(page.text, "csrf"), "sandi": "rini", "ulang": "rini"})
        assert weak.status_code == 422
        typed = {"csrf": hidden(page.text, "csrf"), "sandi": PASSWORD, "ulang": PASSWORD}
        assert (await http.post(path, data=typed)).status_code == 303
        assert (await http.get(path)).status_code == 404, "a link works once"

        page = await http.get("/akun/masuk?tujuan=/triase%3Fmeja%3Darbiter")
        form = {"csrf": hidden(page.text, "csrf"), "tujuan": hidden(page.text, "tujuan")}
        answer = await http.post("/akun/masuk", data={**form, "surel": "rini@contoh.example", "sandi": PASSWORD})
        assert answer.headers["location"].startswith("/akun/pasang?tujuan=/triase")
        assert (await http.get("/triase")).status_code == 303, "half a sign-in opens nothing"
        page = await http.get(answer.headers["location"])
        secret = re.findall(r"<code>([A-Z2-7]+)</code>", page.text)[0]
        form = {name: hidden(page.text, name) for name in ("csrf", "tujuan", "rahasia")}
        wrong = await http.post("/akun/pasang", data={**form, "kode": "000000"})
        assert wrong.status_code == 401
        codes = await http.post("/akun/pasang", data={**form, "kode": pyotp.TOTP(secret).now()})
        assert len(re.findall(r"<li><code>[a-z2-9]{5}-[a-z2-9]{5}</code>", codes.text)) == 10
        assert 'href="/triase?meja=arbiter"' in codes.text
        assert (await http.get("/triase")).status_code == 200
        told = (await http.get(WHOSE_SESSION)).json()
        assert (told["name"], told["roles"], told["opd"]) == ("Rini Uji", ["koordinator"], None)


async def test_a_code_works_once_and_a_recovery_code_too(router_world: RouterWorld) -> None:
    async with router_world.idle() as live:
        worker = await hire(live, "koordinator")
        desk = AccountDesk(live)
        account = await desk.rows.get(worker.id)
        code = worker.code()
        await desk.check_code(account, code, "127.0.0.1")
        for used in (code, "123456", "", "²²²²²²", worker.codes[0].upper().replace("-", " ")):
            if used[:5].lower() == worker.codes[0][:5]:
                await desk.check_code(account, used, "127.0.0.1")
            assert await refused(desk, account, used)
        assert await desk.rows.codes_left(worker.id) == 9


async def refused(desk: AccountDesk, account: object, code: str) -> bool:
    try:
        await desk.check_code(account, code, "127.0.0.1")  # type: ignore[arg-type]
    except Exception as error:  # noqa: BLE001
        return getattr(error, "status", 0) == 401
    return False


async def test_the_same_code_typed_twice_at_once_counts_once(router_world: RouterWorld) -> None:
    async with router_world.idle() as live:
        worker = await hire(live, "koordinator")
        desk = AccountDesk(live)
        account, code = await desk.rows.get(worker.id), worker.code()
        outcomes = await asyncio.gather(*(refused(desk, account, code) for _ in range(8)))
        assert sorted(outcomes) == [False, *[True] * 7]


async def test_a_log_out_ends_every_copy_of_the_cookie(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        worker = await hire(live, "koordinator")
        assert (await sign_in(http, worker)).status_code == 303
        cookie = cookie_of(http)
        assert await opens(http, cookie)
        page = await http.get("/triase")
        await http.post("/keluar", data={"csrf": hidden(page.text, "csrf")})
        assert not await opens(http, cookie)
        assert not await opens(http, "tebakan.abc.def")


async def test_a_person_ends_another_device_and_a_new_password_ends_all(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http, router_world.http(live) as phone:
        worker = await hire(live, "koordinator")
        await sign_in(http, worker)
        await sign_in(phone, worker)
        page = (await http.get("/akun")).text
        data = {"csrf": hidden(page, "csrf"), "tindakan": "keluarkan", "sesi": hidden(page, "sesi")}
        assert (await http.post("/akun", data=data)).status_code == 303
        assert not await opens(http, cookie_of(phone))
        new = "batu tujuh layar senja"
        typed = {"csrf": hidden(page, "csrf"), "tindakan": "sandi", "lama": PASSWORD, "baru": new, "ulang": new}
        wrong = await http.post("/akun", data={**typed, "lama": "bukan kata sandinya"})
        assert wrong.status_code == 401
        assert (await http.post("/akun", data=typed)).headers["location"] == "/akun/masuk?siap"
        assert not await opens(http, cookie_of(http))
        assert (await sign_in(http, worker)).status_code == 401
        assert (await sign_in(http, worker, new)).status_code == 303


async def test_guessing_locks_out_the_guesser_and_not_the_office(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        worker = await hire(live, "koordinator")
        other = await hire(live, "koordinator", email="lain@contoh.example", name="Dewi Uji")
        statuses = [(await sign_in(http, worker, "salah sekali")).status_code for _ in range(12)]
        assert set(statuses[:10]) == {401}
        assert statuses[-1] == 429
        assert (await sign_in(http, other)).status_code == 303, "a colleague at the same address"
        nobody = [(await desk_status(http, "tak.ada@contoh.example")) for _ in range(12)]
        assert nobody == statuses, "nobody learns from the number of tries who has an account"


async def desk_status(http: httpx.AsyncClient, email: str) -> int:
    page = (await http.get("/akun/masuk")).text
    typed = {"csrf": hidden(page, "csrf"), "tujuan": "/akun", "surel": email, "sandi": "apa saja"}
    return (await http.post("/akun/masuk", data=typed)).status_code


async def test_a_forgotten_password_is_mailed_and_nobody_learns_who_has_an_account(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        worker = await hire(live, "koordinator")
        page = (await http.get("/akun/lupa")).text
        answers, spent = [], []
        for email in (worker.email, "tidak.ada@contoh.example"):
            began = time.monotonic()
            answer = await http.post("/akun/lupa", data={"csrf": hidden(page, "csrf"), "surel": email})
            spent.append(time.monotonic() - began)
            answers.append(re.sub(r'value="[^"]*"', "", answer.text))
        assert answers[0] == answers[1]
        assert min(spent) >= STEP_S, "nobody reads from the time of the answer whether a mail was made"
        (link,) = await mailed(router_world)
        assert (await http.get(urlsplit(link).path)).status_code == 200


@pytest.mark.parametrize(
    ("roles", "opd", "path", "status"),
    [
        (("koordinator",), None, "/triase", 200),
        (("arbiter",), None, "/triase?meja=arbiter", 200),
        (("officer",), "dishub", "/triase", 403),
        (("reader",), None, "/triase", 403),
        (("koordinator",), None, "/akun/daftar", 403),
        (("administrator",), None, "/akun/daftar", 200),
        (("administrator",), None, "/triase", 403),
        (("administrator", "koordinator"), None, "/triase", 200),
    ],
)
async def test_a_page_opens_for_its_roles_alone(
    router_world: RouterWorld, roles: tuple[str, ...], opd: str | None, path: str, status: int
) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        worker = await hire(live, *roles, opd=opd)
        await sign_in(http, worker)
        answer = await http.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == status


async def test_an_administrator_invites_changes_and_closes(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http, router_world.http(live) as theirs:
        await sign_in(http, await hire(live, "administrator", email="kelola@contoh.example"))
        page = (await http.get("/akun/daftar")).text
        csrf = hidden(page, "csrf")
        new = {"csrf": csrf, "nama": "Budi Uji", "surel": "budi@contoh.example"}
        lacking = await http.post("/akun/daftar", data={**new, "peran-officer": "ya"})
        assert (lacking.status_code, "Pilih OPD" in lacking.text, "Budi Uji" in lacking.text) == (422, True, True)
        both = await http.post("/akun/daftar", data={**new, "peran-arbiter": "ya", "peran-koordinator": "ya"})
        assert both.status_code == 422
        added = await http.post("/akun/daftar", data={**new, "peran-officer": "ya", "opd": "dishub"})
        assert added.status_code == 303
        again = await http.post("/akun/daftar", data={**new, "peran-officer": "ya", "opd": "dishub"})
        assert again.status_code == 409

        worker = await hire(live, "koordinator")
        await sign_in(theirs, worker)
        one = f"/akun/daftar/{worker.id}"
        change = {"csrf": csrf, "tindakan": "ubah", "nama": "Sari Uji", "peran-reader": "ya"}
        assert (await http.post(one, data=change)).status_code == 303
        assert (await theirs.get("/triase", headers={"Accept": "text/html"})).status_code == 403, "the session follows"
        assert (await http.post(one, data={"csrf": csrf, "tindakan": "tutup"})).status_code == 303
        assert (await theirs.get("/akun")).status_code == 303
        assert (await sign_in(theirs, worker)).status_code == 401
        shown = (await http.get(one)).text
        assert "Akun ditutup" in shown
        assert "Akun diubah" in shown


async def test_the_log_of_accounts_cannot_be_changed_by_the_service(router_world: RouterWorld) -> None:
    async with router_world.idle() as live:
        await hire(live, "koordinator")
        for statement in ("UPDATE account_log SET what = 'x'", "DELETE FROM account_log"):
            with pytest.raises(Exception, match="permission denied"):
                await live.pool.execute(statement)


async def test_every_read_carries_the_account(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        worker = await hire(live, "koordinator")
        await sign_in(http, worker)
        await hear(live, SUBMISSIONS, submitted(UNCLEAR, ticket="KT-7F3K-9Q2M-X"))
        assert (await http.get("/triase/KT-7F3K-9Q2M-X")).status_code == 200
        assert await live.pool.fetchval("SELECT actor FROM reads") == f"koordinator:{worker.id}"
