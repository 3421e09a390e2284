"""Figure of the WhatsApp webhook: signed messages at a fixed rate in an open loop, durable before the answer.

The probe answers the same bodies at the same rate and writes the rows that intake has just written.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import time
import uuid
from pathlib import Path
from typing import Any

import uvloop

from deploy.local.system import System
from shared.events.catalogue import CONTACTS, SUBMISSIONS
from tests.bench.client import Connection
from tests.bench.stage import Report, bare_server, dump_rows, keep, look, probe_environment, quiet, run_python
from tests.bench.texts import texts

RATE = 200
SECRET = "bench"
PATH = "/v1/whatsapp/webhook"
LINKED = "contact.linked"
# The settings of the system under measurement.
SETTINGS = {"WHATSAPP_APP_SECRETS": SECRET}


async def measure(system: System, report: Report, seconds: int) -> None:
    """Measure intake alone, then the probe, which writes what intake wrote for each message."""
    for name in ("router", "sla", "notifier"):
        system.replica(name).stop()
    connection = await look(system, "intake")
    port = int(system.url("intake").rpartition(":")[2])
    # Every third person of the run has written before, in the warm-up.
    earlier = range(RATE * seconds // 3 + 1)
    await _load(port, _keep(system, "warm.jsonl", [_body(number, number) for number in earlier]))
    await quiet(connection)
    since = await connection.fetchval("SELECT coalesce(max(position), 0) FROM events")
    messages = range(RATE * seconds)
    people = [number // 3 if number % 3 == 2 else len(earlier) + number for number in messages]
    bodies = _keep(system, "webhooks.jsonl", [_body(number, people[number]) for number in messages])
    before = _processor_s(system)
    own = await _load(port, bodies)
    processor_ms = (_processor_s(system) - before) * 1000 / len(messages)
    await quiet(connection)
    rows = _by_message(await dump_rows(connection, since))
    complaints = await connection.fetchval(
        "SELECT count(*) FROM events WHERE position > $1 AND topic = $2", since, SUBMISSIONS
    )
    await connection.close()
    told = await probe_environment(system, "intake")
    dump = keep(system.folder / "webhooks.pickle", rows)
    async with bare_server("accept", dump, told, "--path", PATH) as probe_port:
        probe = await _load(probe_port, bodies)
    report.add(
        f"WhatsApp webhook at {RATE} messages/s, open loop, durable before the answer",
        messages=RATE * seconds,
        complaints=complaints,
        **{name: own[name] for name in ("errors", "p50_ms", "p95_ms", "p99_ms")},
        **{f"probe_{name}": probe[name] for name in ("errors", "p50_ms", "p95_ms", "p99_ms")},
        # A busy machine lengthens every wait, but not this.
        processor_ms_per_message=processor_ms,
        goal_p99_ms=100,
    )
    for name in ("router", "sla", "notifier"):
        system.replica(name).start()
    await asyncio.gather(*(system.replica(name).ready() for name in ("router", "sla", "notifier")))


def _body(number: int, person: int) -> dict[str, Any]:
    """Return a webhook with one message."""
    text, place = texts()[number % len(texts())]
    message = {
        "from": f"6280000{person:06d}",
        "id": f"wamid.{uuid.uuid4().hex}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": f"{text} {place or ''}".strip()},
    }
    contact = {"wa_id": message["from"], "profile": {"name": "Warga Contoh"}}
    value = {"metadata": {"phone_number_id": "100"}, "contacts": [contact], "messages": [message]}
    changes = [{"field": "messages", "value": value}]
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}


def _processor_s(system: System) -> float:
    """Return the processor time that the process of intake has used."""
    fields = (
        Path(f"/proc/{system.replica('intake').child.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    )
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _keep(system: System, name: str, bodies: list[dict[str, Any]]) -> Path:
    path = system.folder / name
    path.write_text("".join(json.dumps(body) + "\n" for body in bodies), encoding="utf-8")
    return path


def _by_message(rows: dict[Any, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of each message: those of its person, with those of the complaint that came of it."""
    entries = []
    for row in rows.values():
        if row["events"][0][1] != CONTACTS:
            continue
        made = [uuid.UUID(json.loads(event[8])["complaint"]) for event in row["events"] if event[4] == LINKED]
        parts = [row, *(rows[key] for key in made if key in rows)]
        entry = {name: [one for part in parts for one in part[name]] for name in ("states", "events")}
        entries.append(entry | {"claims": row["claims"][:1]})
    return entries


async def _load(port: int, bodies: Path) -> dict[str, Any]:
    return await run_python(
        "tests.bench.webhooks", "--port", str(port), "--bodies", bodies.as_posix(), CLIENT_KEY=SECRET
    )


async def open_loop(port: int, secret: str, bodies: list[bytes]) -> dict[str, Any]:
    """Post the bodies at the rate without waiting for answers. A late start counts as waiting."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(64):
        free.put_nowait(Connection("127.0.0.1", port))
    times: list[float] = []
    errors: list[int] = []

    async def one(body: bytes, due: float) -> None:
        connection = await free.get()
        signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        status, _ = await connection.call("POST", PATH, "", body, f"X-Hub-Signature-256: {signature}\r\n")
        times.append(time.perf_counter() - due)
        free.put_nowait(connection)
        if status not in (200, 201):
            errors.append(status)

    start, tasks = time.perf_counter(), []
    for number, body in enumerate(bodies):
        due = start + number / RATE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(body, due)))
    await asyncio.gather(*tasks)
    times.sort()
    shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}
    return {"errors": len(errors)} | {name: times[int(len(times) * share)] * 1000 for name, share in shares.items()}


def main() -> None:
    """Parse the command line, post, and print the figures as JSON. `CLIENT_KEY` holds the application's secret."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--bodies", type=Path, required=True)
    given = parser.parse_args()
    bodies = [line for line in given.bodies.read_bytes().split(b"\n") if line]
    print(json.dumps(uvloop.run(open_loop(given.port, os.environ["CLIENT_KEY"], bodies))))


if __name__ == "__main__":
    main()
