"""OPDs of the chaos tests: they accept each assignment, resolve most of them, and send one in five updates twice."""

import asyncio
import json
import random
import threading
import uuid
from typing import Any

from confluent_kafka import Consumer, Producer

from shared.events.catalogue import updates


class Offices:
    """All OPDs in one thread, logged in as the administrator."""

    def __init__(self, login: dict[str, Any], rng: random.Random) -> None:
        self._login = login
        self._rng = rng
        self._done = threading.Event()
        self._seen: set[str] = set()
        self.accepted: set[str] = set()

    async def run(self) -> None:
        """Work until cancelled."""
        work = asyncio.ensure_future(asyncio.to_thread(self._work))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            self._done.set()
            await work
            raise

    def _work(self) -> None:
        settings = {"group.id": f"kocok.{uuid.uuid4()}", "auto.offset.reset": "earliest", "enable.auto.commit": False}
        quiet = {"log_level": 0, "topic.metadata.refresh.interval.ms": 5000}
        consumer = Consumer(self._login | settings | quiet)
        producer = Producer(self._login | {"enable.idempotence": True, "log_level": 0})
        consumer.subscribe([r"^opd\..*\.assignments\.v1"])
        try:
            while not self._done.is_set():
                for record in consumer.consume(200, timeout=0.3):
                    if record.error() is None and record.value():
                        self._take(producer, record)
                producer.poll(0)
            producer.flush(10)
        finally:
            consumer.close()

    def _take(self, producer: Producer, record: Any) -> None:
        snapshot = json.loads(record.value())
        assignment = snapshot.get("assignment_id")
        if not assignment or snapshot.get("withdrawn") or assignment in self._seen:
            return
        self._seen.add(assignment)
        topic = updates(record.topic().split(".")[1])
        said: list[tuple[str, dict[str, Any]]] = [("update.accepted", {})]
        if self._rng.random() < 0.6:
            said.append(("update.resolved", {"answer": "Petugas sudah memperbaiki jalan pada hari Senin."}))
        for type_, more in said:
            body = json.dumps({"assignment_id": assignment} | more)
            headers: list[tuple[str, str | bytes]] = [
                ("ce_id", f"{assignment}/{type_}".encode()),
                ("ce_type", type_.encode()),
            ]
            for _ in range(2 if self._rng.random() < 0.2 else 1):
                producer.produce(topic, key=record.key(), value=body, headers=headers)
        self.accepted.add(assignment)
