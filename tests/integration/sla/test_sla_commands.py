"""whatif, recompute and replay as an operator runs them, on the real Postgres."""

import asyncio
import json
import os
import sys
from datetime import date
from pathlib import Path

from services.sla.editing import with_override
from services.sla.policy import shipped_text as shipped_policies_text
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
        sys.executable, "-m", "services.sla", *arguments, cwd=ROOT, env=env,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
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

    applied = await command(world, "recompute", "--calendar", str(calendar), "--who", "Ibu Uji", "--why", "Surat edaran 1")
    assert applied[:2] == (0, ['{"rules": 1, "cases": 2, "moved": 3, "failed": 0}'])
    assert len(await world.deadlines("deadline.moved")) == 3
    again = await command(world, "recompute", "--who", "Ibu Uji", "--why", "sekali lagi")
    assert again[:2] == (0, ['{"rules": 1, "cases": 2, "moved": 0, "failed": 0}'])
    assert (await command(world, "replay"))[0] == 0

    wrong = "UPDATE state SET data = jsonb_set(data, '{runs,1,due_at}', '\"2026-01-01T00:00:00Z\"') WHERE key = $1 RETURNING key"
    await world.world.rows("sla", wrong, running)
    status, lines, _ = await command(world, "replay")
    assert status == 1
    assert (str(running) in lines[0], "clock=respond" in lines[0], json.loads(lines[-1])["differences"]) == (True, True, 1)


async def test_a_file_that_is_none_is_named_and_changes_nothing(world: SlaWorld, tmp_path: Path) -> None:
    policies = tmp_path / "policies.toml"
    policies.write_text("policies = 3", encoding="utf-8")
    status, _, wrong = await command(world, "recompute", "--policy", str(policies), "--who", "x", "--why", "uji")
    assert status == 1
    assert wrong.strip() == "policies: policies: a list of tables is needed"
    assert (await command(world, "whatif"))[0] == 2
    assert not await world.world.rows("sla", "SELECT 1 FROM rule_versions")


async def test_a_ladder_that_changes_is_looked_at_and_applied_to_what_runs(world: SlaWorld, tmp_path: Path) -> None:
    async with world.router() as router, world.sla():
        await router.say(fresh_key(), START, opened(ticket="KT-7F3K-9Q2M-X"), assigned())
        await world.caught_up(1)
    policies = tmp_path / "policies.toml"
    warned_earlier = shipped_policies_text().replace("opd = [\n", 'opd = [\n    { offset = "-3d", to = ["officer"] },\n', 1)
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
