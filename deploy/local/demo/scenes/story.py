"""The story of the scenes: what their people do on each day, and what must be true when the day has come to rest."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import asyncpg

from deploy.local.demo.cases import Cases, Seen
from deploy.local.demo.days import working_days
from deploy.local.demo.http import client
from deploy.local.demo.opd_process import CONSOLE, EXAMPLE
from deploy.local.demo.rest import Q
from deploy.local.demo.samples import Samples
from deploy.local.demo.scenes import console, web
from deploy.local.demo.scenes.accounts import Officer
from deploy.local.demo.scenes.chats import Chats, photo
from deploy.local.demo.scenes.checks import Checks
from deploy.local.demo.scenes.example import ExampleOpd
from deploy.local.demo.stage import Stage
from shared.clock import WITA
from shared.words import day_words

# Working days, numbered from 0, on which something happens once. The officer of the console begins on day 1.
BEGINS, CONFIRMS, RATES = 1, 3, 4
# A run with fewer days cannot reach all checks.
LEAST_DAYS = RATES + 1
REQUEST_DAYS = 10


class Story:
    """The people of the scenes. ``checks`` holds what became of the checks."""

    def __init__(self, samples: Samples, stage: Stage, example: ExampleOpd, pool: "asyncpg.Pool[Any]") -> None:
        self.checks = Checks()
        doors, router = stage.doors(), stage.url("router")
        self._scenes, self._voice = samples.scenes, samples.voice
        self._site, self._stage, self._example, self._pool = doors.adapter, stage, example, pool
        self._chats = Chats(doors, stage.stubs.url)
        self._officer = Officer(router, f"pejabat.{CONSOLE}@kaltim.example", "Rina Contoh", "officer", CONSOLE)
        self._koordinator = Officer(router, "koordinator@kaltim.example", "Hadi Contoh", "koordinator")
        self._tickets: dict[str, str] = {}
        self._pages: dict[str, str] = {}
        self._accepted: set[str] = set()
        self._answered: set[str] = set()

    async def close(self) -> None:
        """Close all browsers and clients."""
        await asyncio.gather(self._chats.close(), self._officer.close(), self._koordinator.close())

    # filing --------------------------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """File all complaints of the scenes, and let the officers get their accounts."""
        await asyncio.gather(
            self._join(), self._bubbles(), self._photo(), self._pin(), self._say_voice(), self._short(), self._web()
        )

    async def _join(self) -> None:
        await asyncio.gather(self._officer.join(self._stage.command), self._koordinator.join(self._stage.command))
        halves = {self._officer.half, self._koordinator.half}
        seen = f"{self._officer.browser.path} and {self._koordinator.browser.path}"
        self.checks.note("sign-in", seen == "/opd and /triase" and not halves & {"/opd", "/triase"}, seen)

    async def _bubbles(self) -> None:
        for words in self._scenes["bubbles"]["text"]:
            await self._chats.say(self._scenes["bubbles"]["from"], words)

    async def _photo(self) -> None:
        scene = self._scenes["photo"]
        await self._chats.attach(scene["from"], "image", photo(40), "image/jpeg", caption=scene["caption"])

    async def _pin(self) -> None:
        scene = self._scenes["pin"]
        told, send = scene["text"]
        await self._chats.say(scene["from"], told)
        place = {"latitude": scene["latitude"], "longitude": scene["longitude"]}
        await self._chats.whatsapp(scene["from"], "location", place)
        await self._chats.say(scene["from"], send)

    async def _say_voice(self) -> None:
        await self._chats.attach(self._scenes["voice"]["from"], "audio", self._voice, "audio/ogg; codecs=opus")

    async def _short(self) -> None:
        await self._chats.instagram(self._scenes["instagram"]["from"], self._scenes["instagram"]["text"])
        await self._chats.sms(self._scenes["sms"]["from"], self._scenes["sms"]["text"])

    async def _web(self) -> None:
        self._tickets["web"], self._pages["web"] = await web.file_with_photo(self._site, self._scenes["web"], photo(52))
        found = await web.file_request(self._site, self._scenes["information"])
        self._tickets["information"], self._pages["information"] = found

    async def look_at_filing(self) -> None:
        """Check what became of the complaints, once the first morning has come to rest."""
        for name, channel in (*dict.fromkeys(("bubbles", "photo", "pin", "voice"), "whatsapp").items(), *_OTHERS):
            ticket = await self._chats.ticket(channel, self._scenes[name]["from"])
            if ticket:
                self._tickets[name] = ticket
        rows = {row["ticket"]: row for row in await self._pool.fetch(Q["scene_rows"], list(self._tickets.values()))}
        told = {name: rows.get(ticket) for name, ticket in self._tickets.items()}
        self._filed("bubbles", told, lambda row: row["filed"] == 1 and row["text"] == "\n".join(self._said()))
        pin = self._scenes["pin"]
        self._filed("pin", told, lambda row: f"{pin['latitude']:.4f}" in row["place"] and row["state"] == "assigned")
        self._filed("photo kept", told, lambda row: row["types"] == ["image/jpeg"], of="photo")
        for name, _ in _OTHERS:
            self._filed(name, told, lambda row, name=name: row["channel"] == name and row["state"] == "assigned")
        self._filed("form", told, _is_the_form, of="web")

    def _filed(self, check: str, told: Mapping[str, Any], fits: Any, of: str = "") -> None:
        row = told.get(of or check)
        self.checks.note(check, row is not None and fits(row), row["ticket"] if row else "no ticket came back")

    def _said(self) -> list[str]:
        """Return the bubbles that tell the matter: neither the greeting nor the yes at the end."""
        return list(self._scenes["bubbles"]["text"][1:-1])

    # days ----------------------------------------------------------------------------------------------------------

    async def act(self, cases: Cases, day: int) -> int:
        """Let everybody of the scenes act on this day. Return the number of acts of the two OPDs."""
        await self._citizens(day)
        done = await self._example.work(cases, day)
        if day < BEGINS:
            words = self._scenes["voice"]["written"]
            heard = await console.write_down(self._koordinator, self._tickets["voice"], words)
            self.checks.note("voice heard", heard.startswith("audio/ogg"), heard)
            return done
        accepted, answered = await console.work(self._officer)
        self._accepted |= accepted
        self._answered |= answered
        return done + len(accepted) + len(answered)

    async def _citizens(self, day: int) -> None:
        person = self._scenes["bubbles"]["from"]
        if day == 0:
            await self._chats.say(person, "STATUS")
            await web.follow(self._site, self._tickets["web"], self._scenes["follower"]["from"])
        words = {CONFIRMS: "sudah", RATES: "4"}.get(day)
        if words:
            await self._chats.say(person, words)

    async def look(self, cases: Cases, day: int) -> None:
        """Check what people have read, once the day has come to rest."""
        person = await self._chats.read("whatsapp", self._scenes["bubbles"]["from"])
        match day:
            case 0:
                await self._look_at_first_day(person)
            case 1:
                await self._look_at_voice(cases)
            case 3:
                await self._look_at_news()
                asked = any("Seberapa puas Anda" in text for text in person)
                self.checks.note("rating", asked, "" if asked else "nobody asked")
            case 4:
                thanked = any("Terima kasih atas nilai 4" in text for text in person)
                self.checks.note("rating", thanked, "4 of 4" if thanked else "the 4 was not taken")

    async def _look_at_first_day(self, person: list[str]) -> None:
        line = f"Aduan {self._tickets['bubbles']}: "
        told = [text for text in person if line in text]
        self.checks.note("status", told and "/aduan/" in told[-1], told[-1].splitlines()[0] if told else "no answer")
        said = await self._example.files(self._tickets["photo"])
        self.checks.note("files", "image/jpeg" in said, said.strip().rpartition(": ")[2])
        due = await self._due_of_request()
        right = [one.morning for one in working_days(REQUEST_DAYS + 1)][-1]
        self.checks.note("information", due.date() == right.date(), f"due on {day_words(due)}")

    async def _due_of_request(self) -> datetime:
        """Return the time by which the request for information must be answered, as sla tells it."""
        key = {"Authorization": f"Bearer {self._stage.keys['sla.reader']}"}
        async with client(self._stage.url("sla")) as http:
            answer = await http.get(f"/v1/cases/{self._tickets['information']}/clocks", headers=key)
        answer.raise_for_status()
        [clock] = [one for one in answer.json()["clocks"] if one["clock"] == "resolve"]
        return datetime.fromisoformat(clock["due_at"]).astimezone(WITA)

    async def _look_at_voice(self, cases: Cases) -> None:
        voice, case = self._scenes["voice"], self._case(cases, "voice")
        read = await self._chats.read("whatsapp", voice["from"])
        self.checks.note("voice read", any(voice["written"] in text for text in read), f"{len(read)} messages")
        self.checks.note("voice heard", case is not None and case.opd == CONSOLE, "audio/ogg")

    async def _look_at_news(self) -> None:
        read = await self._chats.read("whatsapp", self._scenes["follower"]["from"])
        news = ("mengikuti", "sudah dijawab")
        missing = [words for words in news if not any(words in text for text in read)]
        told = [text for text in read if "depan SMA" in text or console.ANSWER[:20] in text]
        self.checks.note(
            "follower", not missing and not told, f"{len(read)} messages" + "".join(f"; no {one}" for one in missing)
        )

    def end(self, cases: Cases) -> None:
        """Check at the end that both OPDs have finished what they got."""
        for name, opd in (("console", CONSOLE), ("example", EXAMPLE)):
            mine = [case for case in cases.by_key.values() if case.opd == opd]
            waiting = [case.ticket for case in mine if case.state in ("assigned", "in_progress")]
            seen = f"{len(mine)} cases" + (f", {len(waiting)} unanswered" if waiting else "")
            self.checks.note(name, mine and not waiting, seen)
        given = {self._tickets[name] for name in ("bubbles", "pin", "voice", "instagram", "sms", "web", "information")}
        self.checks.note("console", given <= self._accepted & self._answered, self.checks.found["console"][1])

    def _case(self, cases: Cases, name: str) -> Seen | None:
        return next((case for case in cases.by_key.values() if case.ticket == self._tickets[name]), None)


_OTHERS = (("instagram", "instagram"), ("sms", "sms"))


def _is_the_form(row: Any) -> bool:
    """Return whether the complaint has the village and the photo that the form was given."""
    return bool(row["place_code"] == "64.02.03.2003" and row["types"] == ["image/jpeg"])
