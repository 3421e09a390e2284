"""whatif, recompute and replay as an operator runs them, on the real Postgres."""

import asyncio
import json
import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from services.sla.app import build_with_versions
from services.sla.policy import shipped_text as shipped_policies_text
from services.sla.store import Q
from services.sla.versions import RuleTexts
from services.sla.versions.differences import compare_with_installed
from services.sla.versions.overrides import with_override
from shared.runtime.running import running
from shared.worktime.reading import shipped_text
from tests.support.sla_story import assigned, at, opened, resolved
from tests.support.sla_world import SlaWorld
from tests.support.toys import fresh_key

ROOT = Path(__file__).parents[3]
START = at("2026-04-06T09:00")


async def command(world: SlaWorld, *arguments: str) -> tuple[int, list[str], str]:
    """Exit code, lines, and what was complained of."""
    env = {
        "PATH": os.environ["PATH"],
        "TANGGAP_DSN": world.settings().dsn.get_secret_value(),
        "TANGGAP_SECRET": "ab" * 32,
        "TANGGAP_CLOCK_FILE": str(world.clock_file),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.sla",
        *arguments,
        cwd=ROOT,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, wrong = await process.communicate()
    return process.returncode or 0, out.decode().splitlines(), wrong.decode()


async def test_a_change_is_looked_at_applied_and_counted_again(world: SlaWorld, tmp_path: Path) -> None:
    async with world.router() as router, world.sla():
        running, past = fresh_key(), fresh_key()
        await router.say(running, START, opened(ticket="KT-7F3K-9Q2M-X"), assigned())
        await router.say(past, START, opened(ticket="KT-9Q2M-7F3K-X"), assigned(), resolved())
        await world.caught_up(2)
    calendar = tmp_path / "calendar.json"
    calendar.write_text(with_override(shipped_text(), date(2026, 4, 9), "off", "Hari libur uji"), encoding="utf-8")
    assert (await command(world, "replay"))[:2] == (0, ['{"cases": 2, "deadlines": 7, "differences": 0}'])

    status, lines, _ = await command(world, "whatif", "--calendar", str(calendar), "--json")
    found = [json.loads(line) for line in lines]
    assert status == 0
    assert {(one["ticket"], one["clock"], one["running"], one["effect"]) for one in found} == {
        ("KT-7F3K-9Q2M-X", "verify", False, "moves"),
        ("KT-7F3K-9Q2M-X", "respond", True, "moves"),
        ("KT-7F3K-9Q2M-X", "resolve", True, "moves"),
        ("KT-9Q2M-7F3K-X", "verify", False, "moves"),
        ("KT-9Q2M-7F3K-X", "respond", False, "moves"),
        ("KT-9Q2M-7F3K-X", "resolve", False, "moves"),
        ("KT-9Q2M-7F3K-X", "silence", True, "moves"),
    }
    assert not await world.deadlines("deadline.moved")

    applied = await command(
        world, "recompute", "--calendar", str(calendar), "--who", "Ibu Uji", "--why", "Surat edaran 1"
    )
    assert applied[:2] == (0, ['{"rules": 1, "cases": 2, "moved": 3, "failed": 0}'])
    assert len(await world.deadlines("deadline.moved")) == 3
    again = await command(world, "recompute", "--who", "Ibu Uji", "--why", "sekali lagi")
    assert again[:2] == (0, ['{"rules": 1, "cases": 2, "moved": 0, "failed": 0}'])
    assert (await command(world, "replay"))[0] == 0

    wrong = "UPDATE state SET data = jsonb_set(data, '{runs,1,due_at}', '\"2026-01-01T00:00:00Z\"') WHERE key = $1 RETURNING key"
    await world.world.rows("sla", wrong, running)
    status, lines, _ = await command(world, "replay")
    assert status == 1
    assert (str(running) in lines[0], "clock=respond" in lines[0], json.loads(lines[-1])["differences"]) == (
        True,
        True,
        1,
    )


async def test_a_file_that_is_none_is_named_and_changes_nothing(world: SlaWorld, tmp_path: Path) -> None:
    policies = tmp_path / "policies.toml"
    policies.write_text("policies = 3", encoding="utf-8")
    status, _, wrong = await command(world, "recompute", "--policy", str(policies), "--who", "x", "--why", "uji")
    assert status == 1
    assert wrong.strip() == "policies: policies: a list of tables is needed"
    assert (await command(world, "whatif"))[0] == 2
    assert not await world.world.rows("sla", "SELECT 1 FROM rule_versions WHERE version > 0")


async def test_a_ladder_that_changes_is_looked_at_and_applied_to_what_runs(world: SlaWorld, tmp_path: Path) -> None:
    async with world.router() as router, world.sla():
        await router.say(fresh_key(), START, opened(ticket="KT-7F3K-9Q2M-X"), assigned())
        await world.caught_up(1)
    policies = tmp_path / "policies.toml"
    warned_earlier = shipped_policies_text().replace(
        "opd = [\n", 'opd = [\n    { offset = "-3d", to = ["officer"] },\n', 1
    )
    policies.write_text(warned_earlier, encoding="utf-8")
    status, lines, _ = await command(world, "whatif", "--policy", str(policies), "--json")
    found = [json.loads(line) for line in lines]
    assert status == 0
    assert [(one["clock"], one["level"], one["to"], one["was_at"], one["at"], one["effect"]) for one in found] == [
        ("respond", "-3d", ["officer"], None, "2026-04-07T23:30:00+00:00", "level_added"),
        ("resolve", "-3d", ["officer"], None, "2026-04-20T23:30:00+00:00", "level_added"),
    ]
    _, lines, _ = await command(world, "whatif", "--policy", str(policies))
    assert lines[-1] == "levels of running deadlines: 2 added, 0 removed, 0 moved, 0 told to others"
    [before] = (await world.cases()).values()
    applied = await command(world, "recompute", "--policy", str(policies), "--who", "Ibu Uji", "--why", "SE 2")
    assert applied[:2] == (0, ['{"rules": 1, "cases": 1, "moved": 0, "failed": 0}'])
    [after] = (await world.cases()).values()
    assert (before.due, after.due) == (at("2026-04-10T07:30"), at("2026-04-08T07:30"))
    assert (await command(world, "replay"))[0] == 0


async def fixed_by_an_older_release(world: SlaWorld) -> None:
    """Version 0 as another release of the library of holidays would have fixed it: 9 April 2026 is off as well."""
    texts = RuleTexts(shipped_text(), shipped_policies_text())
    taken = texts.taken()
    older = replace(taken, holidays={**taken.holidays, date(2026, 4, 9): "Cuti bersama uji"}, source="holidays 0.99")
    await world.world.rows("sla", f"{Q['rules_first']} RETURNING 1".replace(";", ""), texts.calendar, texts.policies)
    sql = f"{Q['rules_dates']} RETURNING 1".replace(";", "")
    await world.world.rows("sla", sql, 0, older.as_json(), older.zone, older.source, older.digest)


async def test_another_release_of_the_holidays_changes_nothing_until_it_is_taken_over(world: SlaWorld) -> None:
    await fixed_by_an_older_release(world)
    key = fresh_key()
    async with world.router() as router, world.sla() as live, world.http(live) as http:
        await router.say(key, START, opened(), assigned())
        await world.caught_up(1)
        shown = (await http.get("/v1/calendar?year=2026")).json()
        assert (shown["version"], shown["library"], shown["differs"]) == (
            0,
            "holidays 0.99",
            {"holidays": 1, "zone": 0, "files": 0},
        )
        assert "2026-04-09" in [day["date"] for day in shown["days"]]
    dues = {run.clock: run.due_at for run in (await world.cases())[key].runs}
    assert dues["respond"] == at("2026-04-14T16:00")
    assert (await command(world, "replay"))[:2] == (0, ['{"cases": 1, "deadlines": 3, "differences": 0}'])

    _, lines, _ = await command(world, "whatif", "--installed", "--running", "--json")
    assert {(one["clock"], one["due_at"]) for one in map(json.loads, lines)} == {
        ("respond", "2026-04-13T08:00:00+00:00"),
        ("resolve", "2026-04-24T08:30:00+00:00"),
    }
    applied = await command(world, "recompute", "--installed", "--who", "Ibu Uji", "--why", "SKB tiga menteri")
    assert applied[:2] == (0, ['{"rules": 1, "cases": 1, "moved": 2, "failed": 0}'])
    assert (await command(world, "replay"))[0] == 0
    [changed] = await world.world.rows("sla", "SELECT changed_by, why FROM rule_versions WHERE version = 1")
    assert (changed["changed_by"], changed["why"]) == ("Ibu Uji", "SKB tiga menteri")
    async with world.idle() as live, world.http(live) as http:
        assert (await http.get("/v1/calendar?year=2026")).json()["differs"] == {"holidays": 0, "zone": 0, "files": 0}


async def test_version_0_is_fixed_once_and_other_files_are_named(world: SlaWorld, tmp_path: Path) -> None:
    async with world.idle() as one, world.idle() as two:
        books = [build_with_versions(world.settings())[1] for _ in range(2)]
        await asyncio.gather(books[0].current(one.pool), books[1].current(two.pool))
    [row] = await world.world.rows("sla", "SELECT version, digest, jsonb_typeof(holidays) AS kind FROM rule_dates")
    assert (row["version"], row["digest"], row["kind"]) == (0, books[0].in_force.taken.digest, "object")
    other = tmp_path / "calendar.toml"
    other.write_text(shipped_text().replace("07:30-12:00", "08:00-12:00", 1), encoding="utf-8")
    service, versions = build_with_versions(world.settings().model_copy(update={"calendar": other}))
    async with running(service) as live:
        version = await versions.current(live.pool)
        assert version.texts.calendar == shipped_text()
        assert compare_with_installed(version, versions.files).files == ("calendar",)


async def test_a_version_that_older_code_has_written_is_fixed_when_it_is_first_read(world: SlaWorld) -> None:
    older = "INSERT INTO rule_versions VALUES (1, 'calendar', $1, $2, now(), 'x', 'uji') RETURNING 1"
    await world.world.rows("sla", older, shipped_text(), shipped_policies_text())
    async with world.router() as router, world.sla():
        await router.say(fresh_key(), START, opened())
        await world.caught_up(1)
    assert [row["version"] for row in await world.world.rows("sla", "SELECT version FROM rule_dates ORDER BY 1")] == [1]
