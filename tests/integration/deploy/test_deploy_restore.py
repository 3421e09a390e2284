"""A restore of an older database beside the Kafka that was kept: nothing is taken twice, and what was forgotten is named."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.demo.stubs_process import Stubs
from deploy.local.process import free_port
from deploy.local.system import System
from tests.chaos.verdict import Verdict, at_rest, of_logs
from tests.support.restoring import Restoring

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


@pytest.mark.chaos
@pytest.mark.timeout(600)
async def test_all_schemas_go_back_under_load(restoring: Restoring) -> None:
    with restoring.archiving():
        async with restoring.load():
            await restoring.more(40)
            await restoring.run("create")
            await restoring.more(20)
            until = await restoring.now()
            await restoring.more(60)
        await restoring.stop_services()
        await restoring.rows("SELECT pg_switch_wal()")
        await asyncio.sleep(1)
    await restoring.run("verify")
    sent = await asyncio.to_thread(restoring.in_kafka)
    tickets = set(restoring.filer.tickets.values())
    await restoring.go_back(until)
    known = {row["ticket"] for row in await restoring.rows(TICKETS)}
    messages = {row["id"] for row in await restoring.rows("SELECT id FROM notifier.events")}
    assert 40 <= len(known) < len(tickets)

    await restoring.run("mark-restored")
    restoring.delete_groups()
    await restoring.start_services()
    fresh = await restoring.file("sesudah", 20)
    report = await at_rest(restoring.database, restoring.books)

    assert report.balanced
    assert not set(fresh) & tickets, "no ticket is given twice"
    ids = {row["key"] for row in await restoring.rows(TICKETS)}
    ghosts = [row["key"] for row in await restoring.rows("SELECT key FROM router.state WHERE data ? 'ticket'")]
    assert set(ghosts) <= ids, "no case of a complaint that nobody has filed"
    verdict = Verdict()
    await of_logs(verdict, restoring.database, known | set(fresh))
    assert verdict.wrong == []
    forgotten = {(entry.type, entry.id): entry for entry in report.forgotten}
    named = {entry.ticket for entry in report.forgotten if entry.type == "submission.submitted"}
    assert named == tickets - known
    told = {id_ for type_, _, id_, _ in sent if type_ == "notification.sent" and id_ not in messages}
    assert told
    assert {id_ for type_, id_ in forgotten if type_ == "notification.sent"} == told
    answers = {entry.key for entry in report.forgotten if entry.type == "case.resolved"}
    answered = {key for type_, key, _, _ in sent if type_ == "case.resolved"}
    assert answers == answered - ids, "an answer to a case that is known was read again"
