"""Labels, backtest and shadow on the real log: what people decided, what would go elsewhere, what a candidate says."""

import os
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser
from prometheus_client import generate_latest

from services.router.actions.labels import find_labels
from services.router.actions.recorded import read_recorded
from services.router.learning import backtest
from services.router.learning.samples import Columns, read_samples
from services.router.learning.saving import save
from services.router.learning.training import train
from services.router.routing.model import shipped
from services.router.rules import commands as c
from services.router.rules import commands_referral
from shared.events.submissions import CitizenObjected
from shared.events.submissions_choice import ChoiceAsked, CitizenChose
from shared.ids import new_id
from shared.settings import WrongSetting
from shared.web.keys import Keys
from tests.support.browser import DESK, PHONE, check, enter_with_key, serving, window
from tests.support.router_facts import SCHOOL, UNCLEAR, submitted
from tests.support.router_generated import generate, write_csv
from tests.support.router_world import RouterWorld
from tests.support.toys import until
from tests.support.web import web_of

REFUSE = "Sampah menumpuk di Bontang, hubungi 0800 0000 0123"
BONTANG = "Pemerintah Kota Bontang"


async def came_back(world: RouterWorld, key: UUID) -> bool:
    case = await world.case(key)
    return case is not None and case.objected


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with one trained version, and its name."""
    folder = tmp_path_factory.mktemp("models")
    write_csv(folder / "data.csv", generate("regency", 400))
    training = train(read_samples([folder / "data.csv"], Columns()), shipped())
    return folder, save(folder, training, "0" * 64, datetime(2026, 11, 26, tzinfo=UTC))


async def test_labels_say_who_decided_what_and_why(router_world: RouterWorld) -> None:
    key, other = new_id(), new_id()
    since = datetime.now(UTC) - timedelta(days=1)
    async with router_world.toy("intake") as intake, router_world.router() as live:
        await intake.say(key, submitted(f"{UNCLEAR} hubungi 0800 0000 0123", ticket="KT-2222-3333-X"))
        await intake.say(other, submitted("Sampah menumpuk di Bontang", ticket="KT-4444-5555-X"))
        await until(partial(router_world.case, key), "the case is open")
        await until(partial(router_world.case, other), "the other case is open")
        case = await router_world.case(key)
        assert case is not None
        first = next(one.opd for one in case.candidates if one.opd)
        do = partial(live.do, keys=(key,))
        await do(c.Assign(opd=first), actor="triage:uji")
        await do(c.Decline(opd=first, reason="Bukan kami, 0800 0000 0124", suggestion="dishub"), actor=f"opd:{first}")
        await do(c.Assign(opd="dishub"), actor="triage:uji")
        await do(c.Assign(opd="disdikbud", reason="Salah alamat."), actor="triage:uji")
        await live.do(c.TakeBack(reason="Milik provinsi."), keys=(other,), actor="triage:uji")
        for to in (BONTANG, "PLN"):
            refer = commands_referral.Refer(
                authority="centre", to=to, reason="Bukan kami.", next_step="Hubungi mereka."
            )
            await live.do(refer, keys=(other,), actor="triage:uji")
        third, fourth = new_id(), new_id()
        await intake.say(third, submitted(REFUSE, ticket="KT-6666-7777-X"), CitizenObjected(channel="web"))
        await intake.say(fourth, submitted(REFUSE, ticket="KT-8888-9999-X"))
        await until(partial(came_back, router_world, third), "the citizen brought it back")
        await until(partial(router_world.case, fourth), "the last case is open")
        await live.do(commands_referral.ConfirmReferral(), keys=(fourth,), actor="triage:uji")
        found = [line async for line in find_labels(live.pool, since)]
        later = [line async for line in find_labels(live.pool, datetime.now(UTC) + timedelta(hours=1))]
    kinds = [(one["kind"], one["label"], one["was"], one["who"]) for one in found]
    assert kinds == [
        ("chosen", first, first, "triage:uji"),
        ("declined", "dishub", first, f"opd:{first}"),
        ("chosen", "dishub", "dishub", "triage:uji"),
        ("rerouted", "disdikbud", "dishub", "triage:uji"),
        ("assigned", "disdikbud", "dishub", "triage:uji"),
        ("referral_taken_back", None, None, "triage:uji"),
        ("referred", None, None, "triage:uji"),
        ("referral_corrected", None, None, "triage:uji"),
        ("referral_objected", None, None, "citizen"),
        ("referral_confirmed", None, None, "triage:uji"),
    ]
    about = [(one["kind"], one["to"], one["not_to"]) for one in found if one["kind"].startswith("referral")]
    assert about == [
        ("referral_taken_back", None, BONTANG),
        ("referral_corrected", "PLN", BONTANG),
        ("referral_objected", None, BONTANG),
        ("referral_confirmed", BONTANG, None),
    ]
    assert [one["why"] for one in found if one["kind"] in ("rerouted", "referral_taken_back")] == [
        "Salah alamat.",
        "Milik provinsi.",
    ]
    assert "0800" not in "".join(f"{one['text']} {one['why']}" for one in found)
    assert later == []


async def test_a_choice_of_the_citizen_is_a_label_of_its_own_kind(router_world: RouterWorld) -> None:
    key, since = new_id(), datetime.now(UTC) - timedelta(days=1)
    chosen = CitizenChose(topic="school", authority="province", sentence="Sekolah SMA, SMK, atau SLB", channel="web")
    async with router_world.toy("intake") as intake, router_world.router() as live:
        await intake.say(
            key,
            submitted("Ada pungutan uang seragam di sekolah anak saya, mohon ditindak."),
            ChoiceAsked(channel="web"),
            chosen,
        )
        await until(partial(_is_assigned, router_world, key), "the choice has decided")
        [label] = [line async for line in find_labels(live.pool, since)]
    assert (label["kind"], label["label"], label["authority"]) == ("citizen_chose", "disdikbud", "province")
    assert (label["who"], label["why"]) == ("citizen", "Sekolah SMA, SMK, atau SLB")


async def _is_assigned(world: RouterWorld, key: UUID) -> bool:
    case = await world.case(key)
    return case is not None and case.opd == "disdikbud"


async def test_a_backtest_reads_what_was_recorded(router_world: RouterWorld) -> None:
    key, other = new_id(), new_id()
    now = datetime.now(UTC)
    async with router_world.toy("intake") as intake, router_world.router() as live:
        await intake.say(key, submitted(SCHOOL))
        await until(partial(router_world.case, key), "the case is open")
        await live.do(c.Accept(opd="disdikbud"), keys=(key,), actor="opd:disdikbud")
        await intake.say(other, submitted(REFUSE, ticket="KT-2222-3333-X"))
        await until(partial(router_world.case, other), "the other case is open")
        recorded = await read_recorded(live.pool, now - timedelta(days=400))
        assert await read_recorded(live.pool, now + timedelta(days=400)) == []
    assert {(one.text, one.went_to) for one in recorded} == {(SCHOOL, "disdikbud"), (REFUSE, None)}
    old = backtest.decide_here(recorded, shipped())
    assert next(backtest.lines(backtest.pair(recorded, old, old), 5)) == "complaints 2; would go elsewhere 0"


def test_a_shadow_that_does_not_exist_stops_the_start(router_world: RouterWorld) -> None:
    from services.router.app import build

    with pytest.raises(WrongSetting, match="TANGGAP_ROUTER_SHADOW_MODEL"):
        build(router_world.settings(shadow_model="none"))


@pytest.mark.browser
async def test_the_shadow_is_counted_and_shown_and_never_carried_out(
    router_world: RouterWorld, browser: Browser, models: tuple[Path, str]
) -> None:
    folder, name = models
    more = {"models": folder, "shadow_model": name}
    keys = {"KT-2222-3333-X": SCHOOL, "KT-4444-5555-X": REFUSE}
    async with (
        router_world.toy("intake") as intake,
        router_world.router(**more) as live,
        serving(web_of(live)) as address,
    ):
        for ticket, text in keys.items():
            complaint = new_id()
            await intake.say(complaint, submitted(text, ticket=ticket))
            await until(partial(router_world.case, complaint), "the case is open")
            case = await router_world.case(complaint)
            assert case is not None
            assert case.state in ("assigned", "referred")
        metrics = generate_latest(live.meters.registry).decode()
        lines = [line for line in metrics.splitlines() if line.startswith("tanggap_shadow_decisions_total{")]
        assert sum(float(line.rpartition(" ")[2]) for line in lines) == 2
        for width in (PHONE, DESK):
            async with window(browser, width) as page:
                key = await Keys(live.pool).create(owner="Ibu Uji", role="koordinator", opd=None)
                await enter_with_key(page, address, "/bayangan", key)
                pictures = os.environ.get("TANGGAP_PICTURES")
                await check(page, Path(pictures) / f"router-shadow-{width}.png" if pictures else None)
                shown = await page.inner_text("main")
                assert name in shown
                assert "Dari 2 aduan terbaru" in shown
                assert "0800" not in shown


async def test_without_a_shadow_the_page_says_so(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        headers = {"location": (await http.get("/bayangan")).headers["location"]}
        assert headers == {"location": "/akun/masuk?tujuan=/bayangan"}
