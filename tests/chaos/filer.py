"""Filer of complaints. It repeats each list at any replica until the list is taken. Some lists go out twice at once."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

LIST = 20
SAMPLES = Path(__file__).parents[2] / "examples" / "complaints.jsonl"


class Filer:
    """The filer. It sends ``pace`` complaints a second until ``enough`` is set, and at least ``wanted``.

    ``contradictions`` are repeats that were given another ticket. ``taken`` says when each complaint was first taken.
    ``failed`` counts the tries that intake did not take, by status; 0 stands for no answer.
    """

    def __init__(self, urls: Sequence[str], key: str, rng: random.Random, *, wanted: int, pace: float) -> None:
        self._urls = urls
        self._headers = {"Authorization": f"Bearer {key}"}
        self._rng = rng
        self._wanted = wanted
        self._pace = pace
        self._texts = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
        self.tickets: dict[str, str] = {}
        self.contradictions: list[str] = []
        self.refused: list[str] = []
        self.taken: dict[str, float] = {}
        self.failed: Counter[int] = Counter()
        self.enough = asyncio.Event()
        self.filed = 0

    async def run(self) -> None:
        """File until there are enough complaints and all of them are taken."""
        limits = httpx.Limits(max_connections=16)
        async with (
            httpx.AsyncClient(headers=self._headers, timeout=5, limits=limits, trust_env=False) as client,
            asyncio.TaskGroup() as group,
        ):
            gate = asyncio.Semaphore(8)
            while not (self.enough.is_set() and self.filed >= self._wanted):
                items = [self._item(self.filed + number) for number in range(LIST)]
                self.filed += LIST
                for _ in range(2 if self._rng.random() < 0.1 else 1):
                    await gate.acquire()
                    group.create_task(self._until_taken(client, gate, items))
                await asyncio.sleep(LIST / self._pace)

    def _item(self, number: int) -> dict[str, Any]:
        sample = self._texts[number % len(self._texts)]
        item: dict[str, Any] = {
            "external_id": f"kocok-{number}",
            "text": f"{sample['text']} ({number})",
            "channel": "sms",
        }
        if sample.get("place"):
            item["place"] = sample["place"]
        item["reporter"] = (
            {"whatsapp": f"+62 800-0000-{number % 10_000:04}"} if number % 20 == 0 else {"name": "Warga Contoh"}
        )
        return item

    async def _until_taken(
        self, client: httpx.AsyncClient, gate: asyncio.Semaphore, items: list[dict[str, Any]]
    ) -> None:
        try:
            while not await self._once(client, items):
                await asyncio.sleep(self._rng.uniform(0.1, 0.6))
        finally:
            gate.release()

    async def _once(self, client: httpx.AsyncClient, items: list[dict[str, Any]]) -> bool:
        try:
            answer = await client.post(f"{self._rng.choice(self._urls)}/v1/submissions", json=items)
        except httpx.TransportError:
            self.failed[0] += 1
            return False
        if answer.status_code != httpx.codes.OK:
            self.failed[answer.status_code] += 1
            if answer.status_code not in (429, 500, 503):
                raise AssertionError(f"intake answered {answer.status_code}: {answer.text[:300]}")
            return False
        for item, told in zip(items, answer.json()["items"], strict=True):
            if told["status"] == "refused":
                self.refused.append(str(told))
                continue
            known = self.tickets.setdefault(item["external_id"], told["ticket"])
            self.taken.setdefault(known, time.monotonic())
            if known != told["ticket"]:
                self.contradictions.append(item["external_id"])
        return True
