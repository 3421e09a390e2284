"""The step's use of Postgres: as many statements for one record as for hundreds, by indexes at 100,000 rows."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from shared.events.catalogue import SUBMISSIONS
from shared.outbox.relay import BY_INDEX
from shared.pipeline import Claim
from shared.pipeline.items import Entry
from shared.pipeline.tables import Q
from shared.pipeline.transaction import Transaction
from shared.postgres.migrations import EditedMigration, migrate
from tests.support.infra import Database
from tests.support.steps import Steps, stepping
from tests.support.toys import World, fresh_key

ROWS = 100_000


async def statements(steps: Steps, *batches: Sequence[Entry]) -> list[list[str]]:
    """Return the first words of the statements of each batch. The first batch only warms the connection up."""
    sent: list[list[str]] = []
    connection = await asyncpg.connect(steps.live.settings.dsn.get_secret_value())
    connection.add_query_logger(lambda record: sent[-1].append(" ".join(record.query.split()[:4])))
    try:
        for works in batches:
            sent.append([])
            async with connection.transaction():
                await Transaction(steps.live.step.parts, connection).run(works)
            await asyncio.sleep(0)  # the logger is called a turn later
    finally:
        await connection.close()
    return sent[1:]


async def of_all_kinds(steps: Steps, count: int) -> list[Entry]:
    """Records that fold, repeat, wait, fail and pass on; updates; commands with claims, old and new."""
    works: list[Entry] = []
    for number in range(count):
        filled, waiting, repeated = fresh_key(), fresh_key(), fresh_key()
        await steps.run(steps.said(filled, 2, "dua"), steps.said(repeated, 1, "satu"))
        works += [
            steps.said(filled, 1, "satu"),
            steps.said(waiting, 2, "dua"),
            steps.said(repeated, 1, "satu"),
            steps.said(fresh_key(), 1, "raise") if number % 3 == 0 else steps.said(fresh_key(), 1, "satu"),
            steps.said(fresh_key(), 1, f"forward:{fresh_key()}"),
            steps.update(fresh_key(), f"u{number}-{count}", "kerja"),
            steps.command(fresh_key(), "satu", Claim("web", f"{count}-{number}")),
            steps.command(fresh_key(), "satu", Claim("web", f"{count}-{number}", "other")),
        ]
    return works


async def test_the_number_of_statements_does_not_grow_with_the_batch(router: Steps) -> None:
    router.live.step.parts.breaker._external = {SUBMISSIONS}
    few, many = await statements(router, *[await of_all_kinds(router, count) for count in (2, 1, 60)])
    assert len(few) <= 16
    assert sorted(many) == sorted(few)


async def test_a_plain_record_costs_two_statements_and_a_transaction(router: Steps) -> None:
    batches = [[router.said(fresh_key(), 1, "satu") for _ in range(count)] for count in (1, 1, 200)]
    one, many = await statements(router, *batches)
    assert one == many
    assert len([sent for sent in one if not sent.startswith(("BEGIN", "COMMIT"))]) == 2


async def test_a_plain_command_costs_two_statements_with_its_receipt(intake: Steps) -> None:
    batches = [[intake.command(fresh_key(), "satu") for _ in range(count)] for count in (1, 1, 200)]
    one, many = await statements(intake, *batches)
    assert one == many
    assert len([sent for sent in one if not sent.startswith(("BEGIN", "COMMIT"))]) == 2
    assert len(await intake.rows("SELECT FROM receipts")) == 202


@pytest.fixture(scope="module")
def filled(postgres: Any, secrets: Any) -> Iterator[Database]:
    """A router with a hundred thousand complaints, a tenth of them due, some parked, some queued."""
    own = Database(postgres, secrets)
    asyncio.run(_fill(own))
    yield own
    own.drop()


async def _fill(own: Database) -> None:
    await migrate(own.dsn("router_owner"), "router", Path("/nonexistent"))
    connection = await asyncpg.connect(own.admin_dsn, server_settings={"search_path": "router"})
    try:
        await connection.execute(
            f"""
            INSERT INTO state (key, version, read, written, waiting, due_at, data)
            SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 1, '{{"complaint.submissions.v1": 1}}',
                '{{"complaint.cases.v1": 2}}', n % 500 = 0, now() + n * interval '1 second', '{{"texts": ["satu"]}}'
            FROM generate_series(1, {ROWS}) AS n;
            INSERT INTO events (id, topic, key, sequence, type, occurred_at, actor, data)
            SELECT gen_random_uuid(), 'complaint.cases.v1', key, s, 'case.progressed', now(), 'x', '{{}}'
            FROM state, generate_series(1, 2) AS s;
            INSERT INTO outbox (position) SELECT position FROM events WHERE position % 100 = 0;
            INSERT INTO claims (scope, token, digest, key, answer) SELECT 'web', md5(key::text), '', key, '{{}}' FROM state;
            INSERT INTO parked (topic, partition, "offset", appended_at, key, sequence, headers, reason, detail)
            SELECT 'complaint.submissions.v1', 0, row_number() OVER (), now(), key, 3, '[]', 'gap', '' FROM state WHERE waiting;
            """
        )
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("load", ["keys"]),
        ("due", ["now", 500]),
        ("outbox_read", [1000]),
        ("parked_of", ["keys"]),
        ("claimed", [["web"], ["0cc175b9c0f1b6a831c399e269772661"]]),
        ("republish", [["complaint.cases.v1"], "one", [1]]),
        ("republish_lock", ["keys"]),
        ("unpark", [[1, 2, 3]]),
        ("outbox_delete", [[1, 2, 3]]),
        ("republish_keys", ["complaint.cases.v1", "first", 100]),
    ],
)
async def test_a_hot_query_reads_by_its_index_at_a_hundred_thousand_rows(
    filled: Database, query: str, values: list[Any]
) -> None:
    connection = await asyncpg.connect(filled.admin_dsn, server_settings={"search_path": "router"})
    try:
        given = {
            "keys": [
                row["key"]
                for row in await connection.fetch("SELECT key FROM state WHERE waiting ORDER BY key LIMIT 100")
            ],
            "now": await connection.fetchval("SELECT now()"),
            "one": [await connection.fetchval("SELECT key FROM state LIMIT 1")],
            "first": "00000000-0000-0000-0000-000000000000",
        }
        put = [given[value] if isinstance(value, str) and value in given else value for value in values]
        plan = json.loads(await connection.fetchval(f"EXPLAIN (FORMAT JSON) {Q[query]}", *put))
    finally:
        await connection.close()
    scans = [node["Relation Name"] for node in nodes(plan[0]["Plan"]) if node["Node Type"] == "Seq Scan"]
    assert [relation for relation in scans if relation != "outbox"] == []


async def test_the_relay_that_began_with_an_empty_outbox_reads_a_backlog_by_its_index(database: Database) -> None:
    """A plan that was kept while the tables were empty once took more than ten seconds for twenty thousand rows."""
    await migrate(database.dsn("router_owner"), "router", Path("/nonexistent"))
    admin = await asyncpg.connect(database.admin_dsn, server_settings={"search_path": "router"})
    relay = await asyncpg.connect(database.dsn("router"), server_settings=BY_INDEX)
    try:
        await relay.execute(f"PREPARE outbox_read (bigint) AS {Q['outbox_read']}")
        for _ in range(10):
            await relay.execute("EXECUTE outbox_read (1000)")
        await admin.execute(
            """
            INSERT INTO events (id, topic, key, sequence, type, occurred_at, actor, data)
            SELECT gen_random_uuid(), 'complaint.cases.v1', key, s, 'case.progressed', now(), 'x', '{}'
            FROM (SELECT gen_random_uuid() AS key FROM generate_series(1, 10000)) AS k, generate_series(1, 2) AS s;
            INSERT INTO outbox (position) SELECT position FROM events;
            """
        )
        plan = json.loads(await relay.fetchval("EXPLAIN (FORMAT JSON) EXECUTE outbox_read (1000)"))
    finally:
        await relay.close()
        await admin.close()
    assert not {node["Node Type"] for node in nodes(plan[0]["Plan"])} & {"Seq Scan", "Sort", "Hash Join", "Merge Join"}


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


async def test_old_code_runs_on_the_schema_after_pre_migrations(
    database: Database, quiet: World, tmp_path: Path
) -> None:
    """The new code will want a column, an index and a table; the code that is running does not know of them."""
    (tmp_path / "0002_pre_more.sql").write_text(
        "ALTER TABLE state ADD COLUMN note text;\nALTER TABLE parked ADD COLUMN seen_by text NOT NULL DEFAULT '';\n"
        "CREATE INDEX state_texts ON state ((data->>'texts'));\nCREATE TABLE more (key uuid PRIMARY KEY);\n"
    )
    (tmp_path / "0003_post_less.sql").write_text("ALTER TABLE state DROP COLUMN waiting;\n")
    world = World(database, quiet.kafka, quiet.secrets)
    await world.migrate("router")
    async with stepping(world) as old:
        key = fresh_key()
        assert await old.run(old.said(key, 1, "satu"), old.said(key, 3, "tiga")) == ["folded", "gap"]
        applied = await migrate(database.dsn("router_owner"), "router", tmp_path, "pre")
        assert applied == ["router/0002_pre_more"]
        assert await old.run(old.said(key, 2, "dua"), old.said(key, 5, "lima"), old.command(key, "x")) == [
            "folded",
            "gap",
            "folded",
        ]
        assert await old.texts(key) == ["satu", "dua", "x", "tiga"]
        assert await old.parked(key) == [(5, "gap")]


async def test_an_applied_migration_that_was_edited_is_noticed_before_anything_is_applied(
    database: Database, quiet: World, tmp_path: Path
) -> None:
    world = World(database, quiet.kafka, quiet.secrets)
    await world.migrate("sla")
    applied, later = tmp_path / "0002_pre_note.sql", tmp_path / "0003_pre_more.sql"
    applied.write_text("ALTER TABLE state ADD COLUMN note text;\n")
    await migrate(database.dsn("sla_owner"), "sla", tmp_path)
    applied.write_text("ALTER TABLE state ADD COLUMN note text NOT NULL DEFAULT '';\n")
    later.write_text("CREATE TABLE more (key uuid PRIMARY KEY);\n")
    with pytest.raises(EditedMigration, match="sla/0002_pre_note"):
        await migrate(database.dsn("sla_owner"), "sla", tmp_path)
    applied.write_text("ALTER TABLE state ADD COLUMN note text;\n")
    assert await migrate(database.dsn("sla_owner"), "sla", tmp_path) == ["sla/0003_pre_more"]


async def test_a_migration_that_was_applied_before_checksums_were_kept_counts_as_it_is(
    database: Database, quiet: World, tmp_path: Path
) -> None:
    world = World(database, quiet.kafka, quiet.secrets)
    await world.migrate("notifier")
    owner = await asyncpg.connect(database.dsn("notifier_owner"))
    try:
        await owner.execute("UPDATE migrations SET checksum = NULL")
        assert await migrate(database.dsn("notifier_owner"), "notifier", tmp_path) == []
        assert await owner.fetchval("SELECT count(*) FROM migrations WHERE checksum IS NULL") == 0
    finally:
        await owner.close()
