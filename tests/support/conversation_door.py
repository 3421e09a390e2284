"""A player of conversations through the real door: signed webhooks, the step and the log."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from services.intake.rules.fold import fold
from shared.clock import step_clock
from shared.events import cases
from shared.events.catalogue import CASES
from shared.events.contacts import CHOICE
from shared.ids import new_id
from shared.pipeline import Item, Tick
from shared.pipeline.step import Batch
from tests.support.conversations import Line, Scene, offered, shown, written
from tests.support.intake import Intake, message

MEDIA = {"foto": "image", "suara": "audio", "berkas": "document", "video": "video", "stiker": "sticker"}
FACTS: dict[str, Any] = {
    "in_progress": cases.Accepted(opd="dishub", assignment_id=new_id()),
    "resolved": cases.Resolved(opd="dishub", answer="Sudah kami perbaiki."),
    "closed": cases.Closed(by="silence"),
    "awaiting_citizen": cases.InfoRequested(opd="dishub", question="Sejak kapan?"),
}


class DoorPlayer:
    """One person at the webhook of a running intake. ``clock`` is the file of its stepped clock."""

    def __init__(self, intake: Intake, clock: Path, sender: str = "6280000000123") -> None:
        self.intake, self.clock, self.sender = intake, clock, sender
        self.out: list[str] = []
        self._position = 0
        self._said = 0
        self._choices: dict[str, str] = {}
        self._keys: list[Any] = []
        self._tickets: list[str] = []
        self._first: list[str] = []

    async def play(self, scene: Scene, *, times: int = 1) -> list[str]:
        """Play a scene and return its lines as they came out. Each webhook is delivered ``times`` times."""
        for line in scene.said:
            self.out.append(written(line))
            if line.who == "warga":
                self._said += 1
                told = self._message(line)
                for _ in range(times):
                    assert (await self.intake.whatsapp(told)).status_code == 200
            elif line.who == "waktu":
                await self.wait(timedelta(minutes=int(line.rest)))
            elif line.who == "tanya":
                asked = cases.Triaged(desk="triage", reasons=("Belum jelas.",), choices=offered(line))
                await self.move(line.number - 1, asked)
            else:
                await self.move(line.number - 1, FACTS[line.rest])
            await self.collect()
        return self.out

    def _message(self, line: Line) -> dict[str, Any]:
        what, more, text = line.sent
        wamid, context = f"wamid.{self._said}", {"context": {"id": self._first[line.number - 1]}} if line.number else {}
        if what == "tekan":
            reply = {"id": self._choices[more], "title": more}
            interactive = {"type": "list_reply", "list_reply": reply}
            told = message(wamid, "", self.sender, type="interactive", interactive=interactive)
        elif what == "lokasi":
            told = message(wamid, "", self.sender, type="location", location={"latitude": -0.5, "longitude": 117.15})
        elif what:
            media = {"id": f"media-{self._said}", "caption": text}
            told = message(wamid, "", self.sender, type=MEDIA[what], **{MEDIA[what]: media})
        else:
            return message(wamid, text, self.sender, **context)
        del told["text"]
        return told | context

    async def wait(self, some: timedelta) -> None:
        """Step the clock, and fire the timers that are due, as the leader does."""
        live = self.intake.live
        step_clock(self.clock, live.clock.now() + some)
        now = live.clock.now()
        rows = await self.intake.rows("SELECT key FROM state WHERE due_at <= $1", now)
        ticks = [Item(row["key"], Tick(), "clock", now, new_id(), (row["key"],)) for row in rows]
        for _ in range(2):
            await live.step.run(Batch(ticks))

    async def move(self, place: int, fact: Any) -> None:
        """Move a complaint as if the fact had been read from Kafka."""
        key, at = self._keys[place], self.intake.live.clock.now()
        adapter = self.intake.live.step.parts.adapter
        [row] = await self.intake.rows("SELECT data FROM state WHERE key = $1", key)
        item = Item(key, fact, "opd:dishub", at, new_id(), (key,), topic=CASES, sequence=1)
        change = fold({key: adapter.validate_json(row["data"])}, item, at)
        data = adapter.dump_json(change.states[key]).decode()
        await self.intake.rows("UPDATE state SET data = $2 WHERE key = $1", key, data)
        for contact, command in change.forwards:
            await self.intake.live.do(command, keys=(contact,), actor="router")

    async def collect(self) -> None:
        """Add what was written since the last look: first what became of complaints, then our replies."""
        rows = await self.intake.rows(
            "SELECT position, key, type, data FROM events WHERE position > $1 ORDER BY position", self._position
        )
        told: list[str] = []
        replies: list[str] = []
        for row in rows:
            self._position, data = row["position"], json.loads(row["data"])
            kind = str(row["type"]).partition(".")[2]
            if kind == "submitted":
                self._keys.append(row["key"])
                self._tickets.append(data["ticket"])
                self._first.append(f"wamid.{self._said}")
                hidden = " (anonim)" if data["anonim"] else ""
                hidden += " (informasi)" if data["class_hint"] == "information" else ""
                told.append(f"aduan {len(self._keys)}: {shown(data['text'])} @ {data['place'] or '-'}{hidden}")
            elif kind in ("opted_out", "opted_in"):
                told.append(f"berhenti: {kind.removeprefix('opted_')}")
            elif kind == "reply_requested" and data["template"] == "reply":
                replies.append(f"kami: {self._reply(data)}")
            elif kind in _ACTS:
                word, field = _ACTS[kind]
                told.append(f"{word} {self._keys.index(row['key']) + 1}: {shown(str(data[field] or '-'))}")
        self.out += told + replies

    def _reply(self, data: dict[str, Any]) -> str:
        params = data["params"]
        titles = {value: name.removeprefix(CHOICE) for name, value in params.items() if name.startswith(CHOICE)}
        self._choices |= titles
        text = shown(params["text"]) + (f" [{' | '.join(titles)}]" if titles else "")
        for number, ticket in enumerate(self._tickets, 1):
            text = text.replace(ticket, f"KT-{number}")
        return text


_ACTS = {
    "citizen_replied": ("tambahan", "text"),
    "citizen_confirmed": ("selesai", "text"),
    "citizen_disputed": ("belum", "reason"),
    "citizen_rated": ("nilai", "stars"),
    "citizen_chose": ("pilih", "sentence"),
}
