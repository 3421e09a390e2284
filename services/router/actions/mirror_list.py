"""The list of what must still reach SP4N, with its filters, and what a person does with its entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Self, get_args
from uuid import UUID

from services.router import store
from services.router.actions.addresses import AddressFilter
from services.router.actions.case_commands import carry_out
from services.router.rules.commands_sp4n import Copied
from services.router.state_parts import CopyKind
from services.router.store import Q, StoredCase
from shared.errors import NotFound, Refused
from shared.reference import opds
from shared.runtime.running import Running
from shared.web.keys import Key

_MOST_ERASED = 200


@dataclass(frozen=True, slots=True)
class MirrorFilter(AddressFilter):
    """The request in the address of the list. ``hanya``: "petugas" leaves only what does not go by itself."""

    here: ClassVar[str] = "/salin"
    opd: str = ""
    jenis: str = ""
    hanya: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """Return the filter of an address. What is unknown in it is left out."""
        return cls(
            opd=given.get("opd", "") if given.get("opd", "") in opds() else "",
            jenis=given.get("jenis", "") if given.get("jenis", "") in get_args(CopyKind) else "",
            hanya="petugas" if given.get("hanya") == "petugas" else "",
        )


class Waits(NamedTuple):
    """Why a complaint has not reached SP4N yet. ``person``: it does not go by itself."""

    person: bool
    reason: str
    tries: int


@dataclass(frozen=True, slots=True)
class MirrorPage:
    """One page of the list. ``erased``: complaints that the admin of SP4N is to be asked to erase."""

    cases: list[StoredCase]
    waits: Mapping[UUID, Waits]
    erased: list[tuple[UUID, str | None, datetime]]
    next: str | None


async def load_mirror(running: Running[Any], wanted: MirrorFilter, after: UUID, limit: int) -> MirrorPage:
    """Return the cases with entries that must still reach SP4N, the oldest first, with the reason of each."""
    pool = running.pool
    found = await store.list_to_copy(pool, after, limit, wanted.opd, wanted.jenis, by_person=wanted.hanya == "petugas")
    rows = await pool.fetch(Q["mirror_reasons"], [one.key for one in found])
    waits = {row["complaint"]: Waits(row["state"] == "person", row["reason"] or "", row["tries"]) for row in rows}
    erased = [tuple(row) for row in await pool.fetch(Q["mirror_to_erase"], _MOST_ERASED)]
    return MirrorPage(found, waits, erased, str(found[-1].key) if len(found) == limit else None)


async def tick_off(running: Running[Any], entries: Sequence[tuple[str, int]], caller: Key) -> tuple[int, int]:
    """Take entries off the list, and return how many were taken off and how many were refused.

    An entry that is gone already counts as taken off: another officer has done it.
    """
    done = refused = 0
    for case, number in entries:
        try:
            await carry_out(running, case, Copied(number=number), caller)
        except Refused as refusal:
            gone = refusal.status == NotFound.status
            done, refused = done + gone, refused + (not gone)
        else:
            done += 1
    return done, refused


async def send_again(running: Running[Any], cases: Sequence[str], caller: Key) -> int:
    """Let complaints that stand before a person go again, and return how many they are."""
    keys = [key for case in dict.fromkeys(cases) if (key := await store.find_key(running.pool, case)) is not None]
    return len(await running.pool.fetch(Q["retry_mirror"], keys, caller.actor))


async def erased_there(running: Running[Any], complaint: UUID, caller: Key) -> bool:
    """Record that the admin of SP4N was asked to erase a complaint, and by whom. Return False if that stood already."""
    return bool(await running.pool.fetchval(Q["erased_there"], complaint, caller.actor))
