"""The example of an OPD's consumer works as it stands, with an OPD's own rights, on the real broker."""

import ast
import asyncio
import importlib.util
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from shared.events.catalogue import assignments, of_opd, replies, updates
from shared.events.opd import Assignment, UpdateAccepted, UpdateRefused, UpdateResolved
from shared.ids import new_id
from shared.kafka.records import decode
from shared.record import Record

EXAMPLE = Path(__file__).parents[3] / "examples" / "opd_consumer.py"
CODE = "dinkes"


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch, cluster_ready: LocalKafka, secrets: Secrets) -> Any:
    told = {
        "KAFKA_BOOTSTRAP": cluster_ready.bootstrap,
        "KAFKA_USER": f"opd-{CODE}",
        "KAFKA_PASSWORD": secrets.get(f"kafka-opd-{CODE}"),
        "OPD_CODE": CODE,
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    spec = importlib.util.spec_from_file_location("opd_consumer", EXAMPLE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def router(cluster: LocalKafka, secrets: Secrets) -> dict[str, Any]:
    return {
        "bootstrap_servers": cluster.bootstrap,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "router",
        "sasl_plain_password": secrets.get("kafka-router"),
    }


def snapshot(assignment: UUID, version: int, **more: Any) -> Assignment:
    given: dict[str, Any] = {
        "state": "assigned",
        "class_": "no_oversight",
        "priority": "normal",
        "text": "Lampu padam.",
    }
    return Assignment(assignment_id=assignment, version=version, ticket="KT-7F3K-9Q2M-X", **(given | more))


async def send(producer: AIOKafkaProducer, topic: str, key: UUID, fact: Any) -> None:
    headers = [("ce_id", str(new_id()).encode()), ("ce_type", fact.TYPE.encode())]
    await producer.send_and_wait(topic, fact.model_dump_json().encode(), key=str(key).encode(), headers=headers)


def test_it_imports_nothing_but_aiokafka_and_what_python_brings() -> None:
    tree = ast.parse(EXAMPLE.read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {str(name) for name in modules if str(name).split(".")[0] not in sys.stdlib_module_names} == {"aiokafka"}


def test_it_keeps_the_highest_version_of_each_assignment(example: Any, tmp_path: Path) -> None:
    memory = example.Memory(tmp_path / "memory.json")
    first = {"assignment_id": "a", "version": 3, "ticket": "KT-1"}
    assert memory.take("key", first)
    assert not memory.take("key", first | {"version": 2})
    assert not memory.take("key", first)
    assert memory.take("key", first | {"version": 4})


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ([], {}),
        (["explained"], {"outcome": "explained"}),
        (["scheduled", "2026-12-31"], {"outcome": "scheduled", "until": "2026-12-31"}),
        (
            ["not_possible", "Belum ada dasar hukumnya."],
            {"outcome": "not_possible", "reason": "Belum ada dasar hukumnya."},
        ),
        (["not_ours", "dishub"], {"outcome": "not_ours", "to": "dishub"}),
    ],
)
def test_an_outcome_is_given_with_its_value(example: Any, given: list[str], fields: dict[str, str]) -> None:
    assert example.outcome_of(given) == fields


@pytest.mark.parametrize("given", [["done"], ["scheduled"], ["fixed", "x"], ["not_ours", "a", "b"]])
def test_an_outcome_that_does_not_fit_shows_the_usage(example: Any, given: list[str]) -> None:
    with pytest.raises(SystemExit, match="opd_consumer"):
        example.outcome_of(given)


async def test_it_accepts_what_it_is_given_answers_it_and_hears_what_was_refused(
    example: Any, cluster_ready: LocalKafka, secrets: Secrets, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, assignment = new_id(), new_id()
    producer = AIOKafkaProducer(**router(cluster_ready, secrets))
    reader = AIOKafkaConsumer(updates(CODE), auto_offset_reset="earliest", **router(cluster_ready, secrets))
    memory = example.Memory(tmp_path / "memory.json")
    system = example.Opd(CODE, memory)
    await producer.start()
    await reader.start()
    listening = asyncio.create_task(system.listen())
    try:
        await send(producer, assignments(CODE), key, snapshot(assignment, 1))
        await send(producer, assignments(CODE), key, snapshot(assignment, 1))
        refused = UpdateRefused(update_id="x-1", code="stale_assignment", reason="Penugasan itu sudah lewat.")
        await send(producer, replies(CODE), key, refused)
        accepted = await asyncio.wait_for(reader.getone(), 30)
        await example.Opd(CODE, memory).answer(
            "KT-7F3K-9Q2M-X", "Tiang sudah dipesan.", outcome="scheduled", until="2026-12-31"
        )
        resolved = await asyncio.wait_for(reader.getone(), 30)
        for _ in range(200):
            if (tmp_path / "memory.json").exists() and "x-1" in (printed := capsys.readouterr().out):
                break
            await asyncio.sleep(0.05)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await producer.stop()
        await reader.stop()
    stream = of_opd(CODE)[1]
    heard = [decode(stream, Record.of(record)) for record in (accepted, resolved)]
    assert [(one.problem, one.key) for one in heard] == [(None, key), (None, key)]
    assert heard[0].data == UpdateAccepted(assignment_id=assignment)
    assert heard[1].data == UpdateResolved(
        assignment_id=assignment, answer="Tiang sudah dipesan.", outcome="scheduled", until=date(2026, 12, 31)
    )
    assert "stale_assignment" in printed
    assert json.loads((tmp_path / "memory.json").read_text())[str(assignment)]["version"] == 1
