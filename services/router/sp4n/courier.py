"""The sending of what waits for SP4N: one leased complaint, one entry of its list, one try.

Before a sending that may arrive, the row says so. Whoever leases the row later, after a time-out or after this process
has died, looks the entry up in SP4N before sending it again.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import httpx

from services.router import store
from services.router.errors import NoSuchCase
from services.router.rules.commands_sp4n import Copied
from services.router.rules.sp4n_outgoing import CONNECTOR, files_of_complaint
from services.router.settings import RouterSettings
from services.router.sp4n.bodies import complaint_body, follow_up_form, follow_up_text
from services.router.sp4n.client import Sp4n
from services.router.sp4n.reasons import NotThere
from services.router.sp4n.table import Table
from services.router.state import Case
from services.router.state_parts import TextToCopy
from services.router.store import Q
from shared.errors import NotFound
from shared.events.fact import Attachment
from shared.observability.logs import get_logger
from shared.runtime.running import Running
from shared.sp4n import mark_of
from shared.web.file_links import FileLinks

_FIRST: Final = timedelta(seconds=2)
LONGEST: Final = timedelta(minutes=4)
_FILE_TRIES: Final = 5
log = get_logger()


class Courier:
    """The courier of one replica."""

    def __init__(self, running: Running[Any], settings: RouterSettings, sp4n: Sp4n, table: Table) -> None:
        self._running, self._settings, self._sp4n, self._table = running, settings, sp4n, table
        self._links = FileLinks(settings.secret_bytes, settings.sp4n_files_url or settings.public_url)
        self._files = httpx.AsyncClient(timeout=settings.sp4n_try_seconds, trust_env=False)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._files.aclose()

    async def deliver(self, row: Mapping[str, Any]) -> None:
        """Bring the first entry of a leased complaint to SP4N, and note the outcome on its row."""
        key: UUID = row["complaint"]
        found = await store.find_case(self._running.pool, str(key))
        if found is None or not found.case.copies:
            await self._running.pool.execute(Q["end_lease"], key, row["lease"])
            return
        case, entry = found.case, found.case.copies[0]
        number, unsure = None, row["unsure_number"] == entry.number
        try:
            if unsure:
                number = await self._arrived_before(case, entry)
                unsure = False
            if number is None:
                number = await self._send(row, case, entry)
            if number is None:
                return
            if entry.file is not None:
                # Until we have seen the file there, nobody may send it again without a look.
                unsure = True
                await self._look_for_file(case, entry, number)
        except NotThere as problem:
            # A skipped file is no doubt: only the file is not there, and a person may send it again.
            unsure = (unsure or problem.maybe) and problem.reason != "file_skipped"
            await self._note(row, problem, unsure=unsure)
            return
        self._running.fault("after_effect")
        await self._tick_off(key, entry, number)
        await self._running.pool.execute(Q["end_lease"], key, row["lease"])

    async def _tick_off(self, key: UUID, entry: TextToCopy, number: str) -> None:
        tracking_id = number if entry.what == "complaint" else None
        try:
            await self._running.do(Copied(number=entry.number, tracking_id=tracking_id), keys=(key,), actor=CONNECTOR)
        except NotFound:
            # An officer has ticked the entry off meanwhile, so nothing is left to do.
            log.info("sp4n.ticked_off_before", entry=entry.what)
        except NoSuchCase:
            # The complaint was erased while it went out: a person must ask for its erasure there.
            await self._running.pool.execute(Q["save_erased_there"], [key], [number])

    async def _send(self, row: Mapping[str, Any], case: Case, entry: TextToCopy) -> str | None:
        """Send an entry, and return the complaint's number there, or None if the lease is lost."""
        there = case.in_sp4n
        if entry.what == "complaint":
            files = [await self._upload(one, row["tries"]) for one in files_of_complaint(case)]
            body = complaint_body(case, entry, files, self._table, self._settings)
            return await self._sp4n.create(body) if await self._mark(row, entry) else None
        if there is None:
            raise NotThere("gone", person=True)
        if entry.what == "referral" and entry.to is not None:
            target, why = self._table.authority(entry.to), follow_up_text(case, entry, self._settings.secret_bytes)
            if not await self._mark(row, entry):
                return None
            await self._sp4n.reject(there.id, target, why)
            return there.id
        form = follow_up_form(case, entry, self._table, self._settings, there.id)
        file = await self._fetch_added(case, entry.file, row["tries"]) if entry.file is not None else None
        if not await self._mark(row, entry):
            return None
        await self._sp4n.follow_up(form, file)
        return there.id

    async def _mark(self, row: Mapping[str, Any], entry: TextToCopy) -> bool:
        """Note that this entry may arrive from now on. Return False if another replica has the row."""
        pool = self._running.pool
        return bool(await pool.fetchval(Q["mark_sending"], row["complaint"], row["lease"], entry.number))

    async def _arrived_before(self, case: Case, entry: TextToCopy) -> str | None:
        """Return the complaint's number if an earlier sending of this entry arrived, else None."""
        there = case.in_sp4n
        if entry.what == "complaint":
            return await self._find_complaint(case.ticket)
        if there is None:
            return None
        if entry.what == "referral" and entry.to is not None:
            data = await self._sp4n.read(there.id)
            return there.id if str(data.get("institution_id")) == str(self._table.authority(entry.to)) else None
        return there.id if await self._followups_of(case, entry, there.id) else None

    async def _followups_of(self, case: Case, entry: TextToCopy, number: str) -> list[dict[str, Any]]:
        """Return the follow-ups there that bear the mark of this entry."""
        mark = mark_of(case.ticket, self._settings.secret_bytes, entry.number)
        return [one for one in await self._sp4n.follow_ups(number) if mark in str(one.get("content") or "")]

    async def _look_for_file(self, case: Case, entry: TextToCopy, number: str) -> None:
        """Raise NotThere if SP4N has not kept the file of this entry: it leaves a file out without a word."""
        if not any(one.get("attachments") for one in await self._followups_of(case, entry, number)):
            raise NotThere("file_skipped", person=True)

    async def _find_complaint(self, ticket: str) -> str | None:
        """Return the number of the complaint that bears our ticket, or None if there is none."""
        if not self._sp4n.searches:
            raise NotThere("unsure", maybe=True, person=True)
        wanted = mark_of(ticket, self._settings.secret_bytes)
        found = [
            one
            for one in await self._sp4n.search(ticket)
            if wanted in str(one.get("content") or "") or ticket in str(one.get("tags_raw") or "").split(",")
        ]
        if len(found) > 1:
            raise NotThere("double", maybe=True, person=True)
        return str(found[0]["id"]) if found else None

    async def _upload(self, file: Attachment, tries: int) -> int:
        """Fetch a file of the citizen, and send it. After some tries a person decides."""
        name, content, kind = await self._fetch(file, tries)
        try:
            return await self._sp4n.upload(name, content, kind)
        except NotThere as problem:
            if problem.reason == "file_skipped" and tries >= _FILE_TRIES:
                raise NotThere("file_skipped", person=True) from None
            # A file that arrived twice is no second complaint.
            problem.maybe = False
            raise

    async def _fetch_added(self, case: Case, file: str, tries: int) -> tuple[str, bytes, str]:
        """Fetch a file that came after the complaint. A file that the case has no more is a matter for a person."""
        found = next((one for one in case.attachments if one.id == file), None)
        if found is None:
            raise NotThere("file_missing", person=True)
        return await self._fetch(found, tries)

    async def _fetch(self, file: Attachment, tries: int) -> tuple[str, bytes, str]:
        """Fetch a file of the citizen from intake: a name that tells nothing of the citizen, the content and the type."""
        person = tries >= _FILE_TRIES
        try:
            answer = await self._files.get(self._links.link(file.id, CONNECTOR))
        except httpx.HTTPError:
            raise NotThere("file_missing", person=person) from None
        if not answer.is_success:
            raise NotThere("file_missing", person=person)
        return f"lampiran-{file.id[:8]}.{file.type.rpartition('/')[2]}", answer.content, file.type

    async def _note(self, row: Mapping[str, Any], problem: NotThere, *, unsure: bool) -> None:
        """Note on the row why the try failed, and when the next one is. ``unsure``: the entry may have arrived."""
        key, lease, pool = row["complaint"], row["lease"], self._running.pool
        log.warning("sp4n.not_there", reason=problem.reason, tries=row["tries"], person=problem.person)
        if problem.person:
            await pool.execute(Q["mirror_to_person"], key, lease, problem.reason, not unsure)
            return
        jitter = random.uniform(0.7, 1.0)  # noqa: S311  (spreads tries, no secret)
        wait = problem.wait or min(LONGEST, _FIRST * 2 ** min(row["tries"], 10)) * jitter
        if unsure:
            wait = max(wait, timedelta(seconds=self._settings.sp4n_settle_seconds))
        await pool.execute(Q["put_off_mirror"], key, lease, problem.reason, wait, not unsure)
