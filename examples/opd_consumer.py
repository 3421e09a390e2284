"""An OPD's own system in one file. It needs aiokafka, the OPD's credentials and the contract in docs/asyncapi/opd.json.

    export OPD_CODE=dishub KAFKA_BOOTSTRAP=127.0.0.1:9092 KAFKA_USER=opd-dishub KAFKA_PASSWORD=…
    python examples/opd_consumer.py listen                                    take assignments, accept each
    python examples/opd_consumer.py answer KT-7F3K-9Q2M-X "Lampu jalan sudah diganti kemarin."

An answer may end in its outcome and the value that this needs. Without an outcome it means `fixed`.

    python examples/opd_consumer.py answer KT-7F3K-9Q2M-X "Tiang baru sudah dipesan pada Senin." scheduled 2026-12-31

The files of a complaint are fetched over HTTP, with the OPD's key for the router:

    export OPD_API=https://petugas.example OPD_KEY=tg_…
    python examples/opd_consumer.py files KT-7F3K-9Q2M-X folder

The rules of the contract:
* Each assignment record is a whole snapshot. Keep the highest `version` of each `assignment_id` and ignore lower ones.
  Records arrive at least once, and open snapshots arrive again every day.
  `withdrawn` means that the complaint is no longer this OPD's work: delete its text.
* Each update names its `assignment_id` and carries a `ce_id` that the OPD chooses. A repeated `ce_id` changes nothing.
  So an OPD that does not know whether an update arrived simply sends the update again.
* Send batches uncompressed or with gzip (`compression_type="gzip"`).
  Batches of other codecs are neither read nor answered.
* An answer says what was done or decided. One of fewer than four words, or of phrases alone, is refused.
* An answer has an outcome. It is `fixed` when none is named. `scheduled` needs the day that is promised,
  `not_possible` a reason, and `not_ours` the authority that is right.
* `attachments` of a snapshot names each file with its id, sha256, type and size. `GET /v1/cases/{ticket}/files` gives
  links to them that work for a few minutes, as long as this OPD has the case or helps.
* When a promised day is over and the citizen has not confirmed, the assignment comes back in state `in_progress`.
* `role` of a snapshot is `helper` if the OPD only helps the OPD named in `lead`, with what `task` says. Its part is an
  `update.contributed` with a `text` and the fields of an answer. It puts no question to the citizen.
* The lead asks for help by `update.help_asked` with `opd` and `task`, and reads the parts in `parts` of its snapshot. It
  answers while parts are missing with the reason in `without_parts`.
* A refused update is answered on the replies topic, with its `ce_id`, a code and the reason.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
import urllib.request
import uuid
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

Snapshot = dict[str, Any]
# The fields that each outcome of an answer needs.
NEEDED = {"fixed": (), "explained": (), "scheduled": ("until",), "not_possible": ("reason",), "not_ours": ("to",)}


def access() -> dict[str, Any]:
    """Return the connection settings for Kafka. Every OPD has its own user.

    A province uses SASL_SSL: set KAFKA_SECURITY for that.
    """
    return {
        "bootstrap_servers": os.environ["KAFKA_BOOTSTRAP"],
        "security_protocol": os.environ.get("KAFKA_SECURITY", "SASL_PLAINTEXT"),
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": os.environ["KAFKA_USER"],
        "sasl_plain_password": os.environ["KAFKA_PASSWORD"],
    }


class Memory:
    """The OPD's own table with the newest snapshot of each assignment. Here it is a JSON file, otherwise a database."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.newest: dict[str, Snapshot] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def take(self, complaint: str, snapshot: Snapshot) -> bool:
        """Keep a snapshot if it is newer than the known one, and return whether it was."""
        known = self.newest.get(snapshot["assignment_id"])
        if known and known["version"] >= snapshot["version"]:
            return False
        self.newest[snapshot["assignment_id"]] = {**snapshot, "complaint": complaint}
        return True

    def of_ticket(self, ticket: str) -> Snapshot:
        """Return the live assignment of a ticket. Exit with a message if there is none."""
        for snapshot in self.newest.values():
            if snapshot["ticket"] == ticket and not snapshot.get("withdrawn"):
                return snapshot
        raise SystemExit(f"{ticket}: no such assignment here")

    def save(self) -> None:
        """Write the table to its file atomically."""
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(self.newest), encoding="utf-8")
        fresh.replace(self.path)


class Opd:
    """The system of one OPD."""

    def __init__(self, code: str, memory: Memory) -> None:
        self.code = code
        self.memory = memory
        self.assignments, self.updates, self.replies = (
            f"opd.{code}.{name}.v1" for name in ("assignments", "updates", "replies")
        )

    async def say(self, producer: AIOKafkaProducer, snapshot: Snapshot, kind: str, **fields: Any) -> None:
        """Send an update. Its id is derived from its content, so that the same update sent twice is a repeat."""
        body = json.dumps({"assignment_id": snapshot["assignment_id"], **fields}, ensure_ascii=False)
        said = uuid.uuid5(uuid.UUID(snapshot["assignment_id"]), kind + body)
        headers = {
            "ce_specversion": "1.0",
            "ce_id": str(said),
            "ce_type": f"update.{kind}",
            "ce_source": f"/opd/{self.code}",
            "content-type": "application/json",
        }
        await producer.send_and_wait(
            self.updates,
            body.encode(),
            key=snapshot["complaint"].encode(),
            headers=[(name, value.encode()) for name, value in headers.items()],
        )

    async def hear(self, producer: AIOKafkaProducer, record: Any) -> None:
        """Handle one record: an assignment, or the reply to a refused update."""
        headers = {name: (value or b"").decode() for name, value in record.headers}
        if headers.get("ce_type") == "reply.refused":
            reply = json.loads(record.value)
            print(f"refused: update {reply['update_id']}: {reply['code']}: {reply['reason']}")  # noqa: T201  (a person watches)
        elif headers.get("ce_type") == "assignment.snapshot":
            snapshot = json.loads(record.value)
            if not self.memory.take(record.key.decode(), snapshot):
                return
            print(f"{snapshot['ticket']} version {snapshot['version']}: {snapshot['state']}")  # noqa: T201  (likewise)
            if snapshot["state"] == "assigned" and not snapshot.get("withdrawn"):
                await self.say(producer, self.memory.newest[snapshot["assignment_id"]], "accepted")

    async def listen(self) -> None:
        """Handle records until stopped. Offsets are committed only after the records are stored."""
        group = {"group_id": f"opd.{self.code}.example", "auto_offset_reset": "earliest", "enable_auto_commit": False}
        async with (
            AIOKafkaProducer(acks="all", enable_idempotence=True, **access()) as producer,
            AIOKafkaConsumer(self.assignments, self.replies, **group, **access()) as consumer,
        ):
            while True:
                batches = await consumer.getmany(timeout_ms=1_000)
                for records in batches.values():
                    for record in records:
                        await self.hear(producer, record)
                if batches:
                    self.memory.save()
                    await consumer.commit()

    async def answer(self, ticket: str, text: str, **outcome: str) -> None:
        """Send the update that resolves a complaint with this answer and its outcome. A helper gives its part instead."""
        snapshot = self.memory.of_ticket(ticket)
        helps = snapshot.get("role") == "helper"
        said = {"text" if helps else "answer": text, **outcome}
        async with AIOKafkaProducer(acks="all", enable_idempotence=True, **access()) as producer:
            await self.say(producer, snapshot, "contributed" if helps else "resolved", **said)


def fetch(address: str, **headers: str) -> bytes:
    """Return what an address answers. Raise OSError for an error."""
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:  # noqa: S310  (the router's own link)
        content: bytes = answer.read()
    return content


def fetch_files(snapshot: Snapshot, folder: Path) -> None:
    """Fetch the files of a snapshot into a folder, each under its id. Exit with a message if one is not as announced."""
    key = {"Authorization": f"Bearer {os.environ['OPD_KEY']}"}
    listed = json.loads(fetch(f"{os.environ['OPD_API']}/v1/cases/{snapshot['ticket']}/files", **key))["files"]
    links = {file["id"]: file["link"] for file in listed}
    folder.mkdir(parents=True, exist_ok=True)
    for file in snapshot["attachments"]:
        if file["id"] not in links:
            raise SystemExit(f"file {file['id']}: the router names no link")
        content = fetch(links[file["id"]])
        if (hashlib.sha256(content).hexdigest(), len(content)) != (file["sha256"], file["size"]):
            raise SystemExit(f"file {file['id']}: other bytes than the snapshot announced")
        (folder / file["id"]).write_bytes(content)
        print(f"{snapshot['ticket']} file {file['id']}: {file['type']}, {file['size']} bytes")  # noqa: T201  (a person watches)


def outcome_of(given: list[str]) -> dict[str, str]:
    """Return the fields of an outcome from `OUTCOME [VALUE]`. Exit with the usage if they do not fit."""
    if not given:
        return {}
    name, *values = given
    if name not in NEEDED or len(values) != len(NEEDED[name]):
        raise SystemExit(__doc__)
    return {"outcome": name, **dict(zip(NEEDED[name], values, strict=True))}


async def main(arguments: list[str]) -> None:
    """Run `listen`, `files TICKET FOLDER` or `answer TICKET TEXT [OUTCOME [VALUE]]`. Exit with the usage for others."""
    code = os.environ["OPD_CODE"]
    opd = Opd(code, Memory(Path(os.environ.get("OPD_MEMORY", f"opd-{code}.json"))))
    if arguments == ["listen"]:
        await opd.listen()
    elif len(arguments) == 3 and arguments[0] == "files":
        fetch_files(opd.memory.of_ticket(arguments[1]), Path(arguments[2]))
    elif len(arguments) >= 3 and arguments[0] == "answer":
        await opd.answer(arguments[1], arguments[2], **outcome_of(arguments[3:]))
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
