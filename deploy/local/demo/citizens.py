"""The citizens of the demo: they answer questions, confirm, dispute, withdraw or keep silent, on their own channel."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Mapping
from typing import Any
from uuid import UUID

from deploy.local.demo.cases import Cases, Seen
from deploy.local.demo.doors import Doors, whatsapp_body
from deploy.local.demo.http import client
from deploy.local.demo.opd_process import SYSTEMS

ANSWER = "Lokasinya dekat masjid, kejadiannya sejak minggu lalu."
DISPUTE = "Belum selesai, keadaannya masih sama seperti semula."
CONFIRM = "Sudah"
WITHDRAW = "Sudah saya urus sendiri."
THINK_DAYS = 2


class Citizens:
    """All citizens of the demo.

    ``links`` maps a ticket to its secret page, for complaints that got one. ``senders`` maps a complaint to its
    WhatsApp message.
    """

    def __init__(
        self, intake: str, doors: Doors, links: Mapping[str, str], senders: Mapping[UUID, Mapping[str, Any]]
    ) -> None:
        self._http = client(intake)
        self._doors, self._links, self._senders = doors, links, senders
        self._at_once = asyncio.Semaphore(8)
        self.acts = 0

    async def close(self) -> None:
        """Close the HTTP client."""
        await self._http.aclose()

    async def act(self, cases: Cases, day: int) -> int:
        """Let the citizens act on this day. Return how many of them did something."""
        jobs: list[Awaitable[None]] = []
        for case in cases.by_key.values():
            what = _wish(case, day)
            if what is None:
                continue
            if case.key in self._senders and what != "withdraw":
                jobs.append(self._write(case, what))
            elif case.ticket in self._links:
                jobs.append(self._click(case, what))
            else:
                continue
            case.steps.add(f"{what}{case.rounds}")
        await asyncio.gather(*jobs)
        self.acts += len(jobs)
        return len(jobs)

    async def read(self, ticket: str) -> dict[str, Any]:
        """Return a complaint as its reporter sees it."""
        answer = await self._http.get(f"/v1/complaints/{ticket}", headers=self._secret(ticket))
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def _secret(self, ticket: str) -> dict[str, str]:
        return {"X-Complaint-Secret": self._links[ticket].rpartition("/")[2]}

    async def _click(self, case: Seen, what: str) -> None:
        path, body = {
            "reply": ("replies", {"text": ANSWER}),
            "confirm": ("confirm", {}),
            "dispute": ("dispute", {"reason": DISPUTE}),
            "withdraw": ("withdraw", {"reason": WITHDRAW}),
        }[what]
        async with self._at_once:
            headers = self._secret(case.ticket) | {"Idempotency-Key": f"{what}{case.rounds}"}
            answer = await self._http.post(f"/v1/complaints/{case.ticket}/{path}", json=body, headers=headers)
        if answer.is_error:
            raise RuntimeError(
                f"{what} on {case.ticket} in state {case.state}: {answer.status_code} {answer.text[:300]}"
            )

    async def _write(self, case: Seen, what: str) -> None:
        """Send a WhatsApp message that quotes the person's first message about the complaint."""
        first = self._senders[case.key]
        text = {"reply": ANSWER, "confirm": CONFIRM, "dispute": DISPUTE}[what]
        person = {name: first[name] for name in ("from", "from_user_id") if name in first}
        message = person | {
            "id": f"wamid.{uuid.uuid4().hex.upper()}",
            "timestamp": str(int(time.time())),
            "type": "text",
            "text": {"body": text},
            "context": {"from": "628000000000", "id": first["id"]},
        }
        contact = {"profile": {"name": "Warga"}, "wa_id": first.get("from", ""), "user_id": first.get("from_user_id")}
        known = {name: given for name, given in contact.items() if given}
        await self._doors.post_webhook(whatsapp_body(message, known))


def _wish(case: Seen, day: int) -> str | None:
    """Return what the citizen does today, if anything. Each thinks for two days first, and many never act."""
    if day - case.since < THINK_DAYS:
        return None
    if case.state == "awaiting_citizen":
        return "reply" if case.place % 4 != 3 and f"reply{case.rounds}" not in case.steps else None
    if case.state == "resolved":
        if case.rounds == 1 and case.place % 7 == 3:
            return None if "dispute1" in case.steps else "dispute"
        return "confirm" if case.place % 5 < 2 or case.rounds > 1 else None
    if case.state == "assigned" and case.opd in SYSTEMS and case.place % 5 == 2:
        return None if "withdraw1" in case.steps else "withdraw"
    return None
