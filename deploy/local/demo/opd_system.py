"""An OPD's own system as a separate program. It uses Kafka, its credentials and the published contract only.

    OPD_CODE=… KAFKA_BOOTSTRAP=… KAFKA_USER=… KAFKA_PASSWORD=… OPD_MEMORY=memory.json OPD_PACE=brisk|slow \\
        python opd_system.py

The program uses none of Tanggap's code.

Each line of JSON on its input, such as `{"day": 3}` (working days since the start), lets the officers work once. The
system reads its topics to their ends, works, waits until its updates are acknowledged, and answers with a line of JSON.
The file OPD_MEMORY keeps what it has seen, so that it can be stopped and started again.
"""

import asyncio
import json
import os
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

# For each pace, the number of working days after which an officer takes each step. `at_once` is the number of cases
# that get done in one sitting.
PACES: dict[str, dict[str, Any]] = {
    "brisk": {"accept": 0, "progress": 1, "ask": 2, "resolve": 3, "again": 2, "at_once": 50},
    "slow": {"accept": 3, "progress": 8, "ask": 9, "resolve": 16, "again": 4, "at_once": 4},
}

WORDS = {
    "decline": "Lokasi dan urusan yang dilaporkan tidak berada dalam tugas dinas kami menurut pembagian urusan daerah.",
    "progress": "Petugas kami sudah meninjau lokasi dan menyusun jadwal perbaikan.",
    "note": "Berkas diteruskan ke seksi teknis.",
    "ask": "Mohon sebutkan patokan terdekat dan sejak kapan keadaan ini terjadi.",
    "resolve": "Pekerjaan sudah selesai dilaksanakan dan hasilnya sudah diperiksa di lapangan.",
    "again": "Setelah keberatan Anda, petugas kembali ke lokasi dan menuntaskan bagian yang tertinggal.",
}


class Memory:
    """The OPD's file of its assignments, with counters such as that of effects that came twice."""

    def __init__(self, path: Path) -> None:
        self.path = path
        kept = json.loads(path.read_text()) if path.exists() else {}
        self.cases: dict[str, dict[str, Any]] = kept.get("cases", {})
        self.seen: dict[str, str] = kept.get("seen", {})
        self.counts: dict[str, int] = kept.get("counts", {})

    def count(self, what: str) -> None:
        """Add one to a counter."""
        self.counts[what] = self.counts.get(what, 0) + 1

    def save(self) -> None:
        """Write the memory to its file, which is replaced as a whole."""
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps({"cases": self.cases, "seen": self.seen, "counts": self.counts}))
        fresh.replace(self.path)

    def take(self, key: str, event: str, snapshot: dict[str, Any], day: int) -> None:
        """Take in one snapshot. Only the highest version of an assignment counts.

        The same version under another event id is an effect that came twice, and is counted as `duplicated`.
        """
        mark = f"{snapshot['assignment_id']}:{snapshot['version']}"
        if self.seen.setdefault(mark, event) != event:
            self.count("duplicated")
            return
        case = self.cases.get(snapshot["assignment_id"])
        if case is None:
            reopened = snapshot["state"] == "in_progress"
            case = {
                "key": key,
                "place": len(self.cases),
                "day": day,
                "back": day,
                "rounds": int(reopened),
                "version": 0,
                "done": {},
            }
            self.cases[snapshot["assignment_id"]] = case
        if snapshot["version"] <= case["version"]:
            self.count("older")
            return
        back = case.get("state") in ("resolved", "closed") and snapshot["state"] == "in_progress"
        if back:
            case["rounds"] += 1
            case["back"] = day
        case |= {
            "version": snapshot["version"],
            "state": snapshot["state"],
            "withdrawn": snapshot.get("withdrawn", False),
            "answers": len(snapshot.get("replies") or ()),
        }
        self.count("snapshots")


def wanted(case: dict[str, Any], day: int, pace: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Return the officer's next step on this case today, if any: the step's name, and the update's type and fields."""
    if case["withdrawn"] or case["state"] not in ("assigned", "in_progress"):
        return None
    done, age, place = case["done"], day - case["day"], case["place"]
    if case["rounds"]:
        step = f"again{case['rounds']}"
        due = step not in done and day - case["back"] >= pace["again"]
        return (step, {"type": "resolved", "answer": WORDS["again"]}) if due else None
    if place % 9 == 7:
        due = "decline" not in done and age >= pace["accept"]
        return ("decline", {"type": "declined", "reason": WORDS["decline"]}) if due else None
    plan: list[tuple[str, int, dict[str, Any]]] = [("accept", pace["accept"], {"type": "accepted"})]
    if place % 3 == 0:
        plan.append(("note", pace["progress"], {"type": "progressed", "text": WORDS["note"], "public": False}))
    if place % 2 == 0:
        plan.append(("progress", pace["progress"], {"type": "progressed", "text": WORDS["progress"], "public": True}))
    if place % 4 == 1:
        plan.append(("ask", pace["ask"], {"type": "info_requested", "question": WORDS["ask"]}))
    if place % 11 != 10:
        plan.append(("resolve", pace["resolve"], {"type": "resolved", "answer": WORDS["resolve"]}))
    return next(((step, update) for step, after, update in plan if step not in done and age >= after), None)


class OpdSystem:
    """The system itself: it reads assignments and replies, and writes updates."""

    def __init__(self, code: str, pace: str, memory: Memory) -> None:
        self.code, self.pace, self.memory = code, PACES[pace], memory
        self.assignments, self.updates, self.replies = (
            f"opd.{code}.{kind}.v1" for kind in ("assignments", "updates", "replies")
        )
        access = {
            "bootstrap_servers": os.environ["KAFKA_BOOTSTRAP"],
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": os.environ["KAFKA_USER"],
            "sasl_plain_password": os.environ["KAFKA_PASSWORD"],
        }
        self.consumer = AIOKafkaConsumer(
            self.assignments,
            self.replies,
            group_id=f"opd.{code}.system",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            **access,
        )
        self.producer = AIOKafkaProducer(acks="all", enable_idempotence=True, linger_ms=0, **access)

    async def start(self) -> None:
        """Connect, and wait until the consumer has its partitions."""
        await self.consumer.start()
        await self.producer.start()
        while not self.consumer.assignment():
            await self.consumer.getmany(timeout_ms=50)

    async def stop(self) -> None:
        """Disconnect."""
        await self.producer.stop()
        await self.consumer.stop()

    async def sit_down(self, day: int, *, only_read: bool = False) -> dict[str, Any]:
        """Read all records, do a day's work, and report once the updates are acknowledged.

        ``last`` in the report is the highest offset of its updates per partition.
        """
        await self.read(day)
        said: list[list[Any]] = []
        for assignment, case in self.memory.cases.items():
            step = wanted(case, day, self.pace)
            if step and not only_read and len(said) < self.pace["at_once"]:
                said.append(await self.say(case, assignment, day, *step))
        last: dict[str, int] = {}
        for acknowledged in [await sent for sending in said for sent in sending]:
            place = str(acknowledged.partition)
            last[place] = max(acknowledged.offset, last.get(place, 0))
        self.memory.save()
        await self.consumer.commit()
        return {"sent": len(said), "last": last, "counts": self.memory.counts, "cases": len(self.memory.cases)}

    async def read(self, day: int) -> None:
        """Read the topics up to the ends that they have at the call."""
        ends = await self.consumer.end_offsets(list(self.consumer.assignment()))
        while True:
            behind = [place for place, end in ends.items() if await self.consumer.position(place) < end]
            if not behind:
                return
            for records in (await self.consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    self.hear(record, day)

    def hear(self, record: Any, day: int) -> None:
        """Take in one record: a snapshot, or a reply, which always refuses an update."""
        headers = {name: (value or b"").decode() for name, value in record.headers}
        if record.topic == self.replies:
            self.memory.count("refused")
            return
        snapshot = json.loads(record.value)
        if headers.get("ce_type") == "assignment.snapshot" and "assignment_id" in snapshot:
            self.memory.take(record.key.decode(), headers["ce_id"], snapshot, day)

    async def say(
        self, case: dict[str, Any], assignment: str, day: int, step: str, update: dict[str, Any]
    ) -> list[Any]:
        """Write one update. The first update of each case is sent twice under the same id.

        So does a real system that does not know whether its update arrived.
        """
        kind = update.pop("type")
        headers = [
            ("ce_specversion", "1.0"),
            ("ce_id", str(uuid.uuid4())),
            ("ce_type", f"update.{kind}"),
            ("ce_source", f"/opd/{self.code}"),
            ("ce_subject", case["key"]),
            ("ce_time", datetime.now(UTC).isoformat()),
            ("content-type", "application/json"),
        ]
        encoded = [(name, value.encode()) for name, value in headers]
        body, key = json.dumps({"assignment_id": assignment, **update}).encode(), case["key"].encode()
        times = 1 if case["done"] else 2
        case["done"][step] = day
        self.memory.count(f"said {kind}")
        return [await self.producer.send(self.updates, body, key=key, headers=encoded) for _ in range(times)]


async def main() -> None:
    """Work once for each line on the input, until the input ends."""
    memory = Memory(Path(os.environ["OPD_MEMORY"]))
    system = OpdSystem(os.environ["OPD_CODE"], os.environ.get("OPD_PACE", "brisk"), memory)
    await system.start()
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    print(json.dumps({"ready": True}), flush=True)
    try:
        while line := await lines.readline():
            told = json.loads(line)
            done = await system.sit_down(told["day"], only_read=told.get("only_read", False))
            print(json.dumps({"event": "opd.worked", "day": told["day"], **done}), file=sys.stderr, flush=True)
            print(json.dumps(done), flush=True)
    finally:
        await system.stop()


if __name__ == "__main__":
    asyncio.run(main())
