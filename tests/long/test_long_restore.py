"""A restore of an older database beside the Kafka that was kept: nothing is taken twice, and what was forgotten is named."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from deploy.local.demo.stubs_process import Stubs
from deploy.local.process import free_port
from deploy.local.system import System
from tests.chaos.verdict import Verdict, of_logs
from tests.support.restoring import Restoring

VERSIONS = "SELECT key, (data->>'version')::int AS version FROM router.state WHERE (data->>'version')::int > 0"
RESOLVED = "SELECT DISTINCT key FROM router.events WHERE type = 'case.resolved'"
TICKETS = "SELECT key, data->>'ticket' AS ticket FROM intake.state WHERE data->>'kind' = 'complaint'"


@pytest.fixture
async def restoring(tmp_path: Path) -> AsyncIterator[Restoring]:
    """A system under load."""
    stubs = Stubs(tmp_path, free_port(), free_port())
    await stubs.start()
    try:
        async with System(tmp_path / "system", extra=stubs.settings(), opd_users=("dishub",)) as system:
            await stubs.report_to(f"{system.url('intake')}/v1/whatsapp/webhook")
            yield Restoring(system, tmp_path / "backup")
    finally:
        await stubs.stop()


async def loaded(restoring: Restoring) -> datetime:
    """Put load on the system, with a base backup in the middle. Return an instant under load; the services are stopped."""
    with restoring.archiving():
        async with restoring.load():
            await restoring.more(40)
            await restoring.run("create")
            await restoring.more(20)
            until = await restoring.now()
            await restoring.more(40)
        await restoring.stop_services()
        await restoring.rows("SELECT pg_switch_wal()")
        await asyncio.sleep(1)
    await restoring.run("verify")
    return until


@pytest.mark.chaos
@pytest.mark.timeout(600)
async def test_all_schemas_go_back_under_load(restoring: Restoring) -> None:
    until = await loaded(restoring)
    sent = await asyncio.to_thread(restoring.in_kafka)
    tickets = set(restoring.filer.tickets.values())
    await restoring.go_back(until)
    known = {row["ticket"] for row in await restoring.rows(TICKETS)}
    messages = {row["id"] for row in await restoring.rows("SELECT id FROM notifier.events")}
    assert 40 <= len(known) < len(tickets)

    versions = {row["key"]: row["version"] for row in await restoring.rows(VERSIONS)}
    await restoring.run("mark-restored")
    restoring.delete_groups()
    await restoring.start_services()
    fresh = await restoring.file("sesudah", 20)
    report = await restoring.rest()

    assert report.balanced
    assert not set(fresh) & tickets, "no ticket is given twice"
    ids = {row["key"] for row in await restoring.rows(TICKETS)}
    ghosts = [row["key"] for row in await restoring.rows("SELECT key FROM router.state WHERE data ? 'ticket'")]
    assert set(ghosts) <= ids, "no case of a complaint that nobody has filed"
    now = {row["key"]: row["version"] for row in await restoring.rows(VERSIONS)}
    assert all(now[key] >= version + 1000 for key, version in versions.items()), "OPDs take the next snapshot"
    verdict = Verdict()
    await of_logs(verdict, restoring.database, known | set(fresh))
    assert verdict.wrong == []
    forgotten = {(entry.type, entry.id): entry for entry in report.forgotten}
    named = {entry.ticket for entry in report.forgotten if entry.type == "submission.submitted"}
    assert named == tickets - known
    told = {id_ for type_, _, id_ in sent if type_ == "notification.sent" and id_ not in messages}
    assert told
    assert {id_ for type_, id_ in forgotten if type_ == "notification.sent"} == told
    answers = {entry.key for entry in report.forgotten if entry.type == "case.resolved"}
    answered = {key for type_, key, _ in sent if type_ == "case.resolved"}
    assert answers == answered - ids, "an answer to a case that is known was read again"


@pytest.mark.chaos
@pytest.mark.timeout(900)
async def test_one_schema_alone_goes_back_under_load(restoring: Restoring) -> None:
    until = await loaded(restoring)
    tickets = set(restoring.filer.tickets.values())
    answered = await restoring.keys(RESOLVED)
    beside = await restoring.beside(until)
    try:
        assert len(await restoring.keys(RESOLVED, beside.admin_dsn)) < len(answered)
        known = {row["ticket"] for row in await restoring.rows(TICKETS, beside.admin_dsn)}
        await restoring.run("restore-schema", "router", "--from", beside.admin_dsn)
        await restoring.run("mark-restored", "--only", "router")
        await restoring.start_services()
        report = await restoring.rest()

        assert report.balanced
        assert report.forgotten == [], "what the router forgot, it has read and done again"
        assert await restoring.keys(RESOLVED) == answered, "no answer of an OPD is lost"
        verdict = Verdict()
        await of_logs(verdict, restoring.database, tickets)
        assert verdict.wrong == []

        await restoring.stop_services()
        await restoring.run("restore-schema", "intake", "--from", beside.admin_dsn)
        await restoring.run("mark-restored", "--only", "intake")
    finally:
        beside.stop()
    await restoring.start_services()
    fresh = await restoring.file("sesudah", 20)
    report = await restoring.rest()
    assert report.balanced, report.document()
    assert not set(fresh) & tickets, "no ticket is given twice"
    assert {entry.ticket for entry in report.forgotten} == tickets - known
    assert {entry.type for entry in report.forgotten} == {"submission.submitted"}
