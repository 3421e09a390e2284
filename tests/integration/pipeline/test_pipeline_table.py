"""Each line of the table of failures (docs/architecture/parking-and-books.md): all kinds at once among good ones, then a look."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from deploy.local.postgres import LocalPostgres
from deploy.secrets import Secrets
from shared.events.catalogue import SUBMISSIONS, replies
from tests.support.infra import Database
from tests.support.raw import Post, progress, reply, said, taken
from tests.support.toys import World, empty_streams, fresh_key, until


@dataclass
class Outcome:
    """The outcome of one key's records."""

    texts: list[str]
    parked: list[Any]
    waiting: bool


@dataclass
class Table:
    """Keys by what was sent under them, and everything found afterwards."""

    keys: dict[str, UUID] = field(default_factory=dict)
    parked: list[Any] = field(default_factory=list)
    states: dict[UUID, Any] = field(default_factory=dict)
    answers: list[tuple[str, int, str, Any]] = field(default_factory=list)
    ready: dict[str, Any] = field(default_factory=dict)
    metrics: str = ""

    def key(self, name: str) -> UUID:
        return self.keys.setdefault(name, fresh_key())

    def of(self, name: str) -> Outcome:
        key = self.keys[name]
        state = self.states.get(key, {"texts": [], "waiting": False})
        return Outcome(state["texts"], [row for row in self.parked if row["key"] == key], state["waiting"])


def _send(post: Post, table: Table) -> None:
    def bad(name: str, key: bytes | None, value: bytes | None, headers: Any) -> None:
        """The bad one as the second of its complaint, between two good ones."""
        table.key(name)
        post.say(table.keys[name], 1, "satu")
        post.put(SUBMISSIONS, key, value, headers)
        post.say(table.keys[name], 3, "tiga")

    def of(name: str, **instead: bytes | None) -> Any:
        return said(table.key(name), 2, **instead)

    def raw(name: str) -> bytes:
        return str(table.key(name)).encode()

    bad("not json", raw("not json"), b"{", of("not json"))
    bad("empty", raw("empty"), b"", of("empty"))
    bad("null", raw("null"), None, of("null"))
    bad("no key", None, reply("dua"), of("no key"))
    bad("foreign key", b"\xff\xfe", reply("dua"), of("foreign key"))
    bad("wrong type", raw("wrong type"), b'{"text": 7, "channel": "web"}', of("wrong type"))
    bad("no id", raw("no id"), reply("dua"), [pair for pair in of("no id") if pair[0] != "ce_id"])
    bad("no headers", raw("no headers"), reply("dua"), [])
    bad("none", raw("none"), reply("dua"), of("none", ce_type=None))
    bad("not utf-8", raw("not utf-8"), reply("dua"), of("not utf-8", ce_type=b"\xff\xfe"))
    bad("unknown type", raw("unknown type"), reply("dua"), of("unknown type", ce_type=b"submission.sung"))
    bad("unknown field", raw("unknown field"), b'{"text": "dua", "channel": "web", "new": 1}', of("unknown field"))
    bad("zero byte", raw("zero byte"), reply("du\x00a"), of("zero byte"))
    bad(
        "zero byte in actor", raw("zero byte in actor"), reply("dua"), of("zero byte in actor", ce_actor=b"cit\x00izen")
    )
    bad("surrogate", raw("surrogate"), b'{"text": "du\\ud800a", "channel": "web"}', of("surrogate"))
    bad("raises", raw("raises"), reply("raise"), of("raises"))
    bad("good", raw("good"), reply("dua"), of("good"))
    for number in range(60):
        post.say(table.key(f"neighbour {number}"), 1, "satu")
    for name, body in (
        ("opd good", progress("kerja")),
        ("opd bad", b'{"text": 1}'),
        ("opd zero", progress("ker\x00ja")),
    ):
        post.update(table.key(name), name, body)
        post.update(table.key(name), f"{name} 2", progress("lagi"))
    post.update(table.key("opd raises"), "u1", progress("raise"))
    post.update(table.key("opd raises"), "u2", progress("lagi"))
    for number in range(30):
        post.update(table.key("opd flood"), f"f{number}", b"not json")
    post.update(table.key("opd headerless"), "", progress("tanpa id"))
    post.flush()


async def _run(world: World, post: Post, table: Table) -> None:
    await world.migrate("intake", "router")
    _send(post, table)
    async with world.router() as router:

        async def settled() -> bool:
            rows = await world.rows(
                "router", "SELECT coalesce(sum(next), 0) AS read FROM offsets WHERE topic = $1", SUBMISSIONS
            )
            own = await world.rows(
                "router", "SELECT count(*) AS n FROM state WHERE key = ANY($1)", list(table.keys.values())
            )
            queued = await world.rows("router", "SELECT FROM outbox")
            return bool(rows[0]["read"]) and own[0]["n"] >= len(table.keys) - 2 and not queued

        await until(settled, "every complaint has a row", 40)
        await asyncio.sleep(1.0)
        table.ready = {"troubles": router.health.troubles()}
    table.parked = await world.rows("router", "SELECT * FROM parked ORDER BY id")
    for row in await world.rows("router", "SELECT key, waiting, data FROM state"):
        texts = await world.texts(row["key"])
        table.states[row["key"]] = {"texts": texts, "waiting": row["waiting"]}
    table.answers = taken(world.kafka, replies("dishub"), 1)


@pytest.fixture(scope="module")
def table(
    postgres: LocalPostgres, cluster_ready: LocalKafka, kafka_admin: AdminClient, secrets: Secrets
) -> Iterator[Table]:
    empty_streams(kafka_admin)
    database = Database(postgres, secrets)
    found = Table()
    began = time.monotonic()
    asyncio.run(_run(World(database, cluster_ready, secrets), Post(cluster_ready), found))
    assert time.monotonic() - began < 60
    yield found
    database.drop()


@pytest.mark.parametrize(
    "name",
    ["not json", "empty", "null", "wrong type", "no id", "none", "not utf-8", "surrogate", "zero byte", "raises"],
)
def test_what_cannot_be_read_or_folded_parks_its_complaint_in_order(table: Table, name: str) -> None:
    outcome = table.of(name)
    assert outcome.texts == ["satu"]
    assert [row["sequence"] for row in outcome.parked] == [2, 3]
    assert outcome.waiting


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("not json", "undecodable"),
        ("empty", "undecodable"),
        ("wrong type", "undecodable"),
        ("surrogate", "undecodable"),
        ("zero byte", "data"),
        ("zero byte in actor", "data"),
        ("raises", "fold"),
    ],
)
def test_a_parked_record_says_why(table: Table, name: str, reason: str) -> None:
    assert [row["reason"] for row in table.of(name).parked] == [reason, "gap"]


def test_a_parked_record_is_kept_byte_for_byte(table: Table) -> None:
    [row, _] = table.of("not json").parked
    assert (bytes(row["body"]), bytes(row["raw_key"])) == (b"{", str(table.keys["not json"]).encode())
    assert row["partition"] >= 0
    assert row["offset"] >= 0


def test_what_a_parked_record_is_kept_for_names_the_field_but_no_content(table: Table) -> None:
    assert table.of("wrong type").parked[0]["detail"] == "submission.citizen_replied: text: string_type"


@pytest.mark.parametrize("name", ["no key", "foreign key"])
def test_a_record_without_a_key_is_parked_by_itself_and_its_complaint_waits_for_a_repaired_copy(
    table: Table, name: str
) -> None:
    outcome = table.of(name)
    assert outcome.texts == ["satu"]
    assert [row["reason"] for row in outcome.parked] == ["gap"]
    assert len([row for row in table.parked if row["key"] is None]) == 2


def test_a_record_without_headers_is_parked_and_the_next_of_its_complaint_waits(table: Table) -> None:
    outcome = table.of("no headers")
    assert outcome.texts == ["satu"]
    assert sorted((row["reason"], row["sequence"]) for row in outcome.parked) == [("gap", 3), ("undecodable", None)]


def test_an_unknown_type_counts_as_read(table: Table) -> None:
    outcome = table.of("unknown type")
    assert (outcome.texts, outcome.parked) == (["satu", "tiga"], [])


def test_an_unknown_field_is_ignored(table: Table) -> None:
    assert table.of("unknown field").texts == ["satu", "dua", "tiga"]


def test_the_neighbours_of_bad_records_go_on(table: Table) -> None:
    assert table.of("good").texts == ["satu", "dua", "tiga"]
    assert all(table.of(f"neighbour {number}").texts == ["satu"] for number in range(60))


def test_an_opds_update_is_folded(table: Table) -> None:
    assert table.of("opd good").texts == ["opd: kerja", "opd: lagi"]


def test_an_opds_unreadable_update_is_parked_and_answered_and_blocks_nothing(table: Table) -> None:
    outcome = table.of("opd bad")
    assert outcome.texts == ["opd: lagi"]
    assert [row["reason"] for row in outcome.parked] == ["undecodable"]
    [answer] = [body for key, _, _, body in table.answers if key == str(table.keys["opd bad"])]
    assert (answer["update_id"], answer["code"]) == ("opd bad", "undecodable")
    assert answer["reason"] == "update.progressed: assignment_id: missing"


def test_a_zero_byte_in_an_opds_update_is_stripped_at_the_door(table: Table) -> None:
    assert table.of("opd zero").texts == ["opd: kerja", "opd: lagi"]


def test_a_rule_that_fails_on_an_update_parks_the_later_updates_of_its_complaint_in_order(table: Table) -> None:
    outcome = table.of("opd raises")
    assert outcome.texts == []
    assert [row["reason"] for row in outcome.parked] == ["fold", "behind"]


def test_no_number_of_an_opds_bad_updates_opens_the_breaker(table: Table) -> None:
    assert len(table.of("opd flood").parked) == 30
    assert table.ready["troubles"] == []


def test_an_update_without_an_id_is_parked(table: Table) -> None:
    assert [row["reason"] for row in table.of("opd headerless").parked] == ["undecodable"]
