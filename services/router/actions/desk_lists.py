"""The list of a desk with its filters, the next case of it, and who has a case open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any, ClassVar, Final, Self
from uuid import UUID

from services.router import office_store, store
from services.router.actions.addresses import AddressFilter
from services.router.office_store import SavedView
from services.router.rules.similar import Similar, kecamatan_of, rank_similar
from services.router.store import FIRST, Look, StoredCase, WaitingCase
from shared.clean import clean_text
from shared.ids import new_id
from shared.runtime.running import Running
from shared.web.keys import Key

ORDERS: Final = ("mendesak", "tenggat", "terlama", "terbaru")
# After this time we no longer believe that somebody who opened a case still reads it.
OPEN_FOR: Final = timedelta(minutes=10)
# The next case is the first of so many that nobody else has open.
_LOOK_AHEAD: Final = 20
_LONGEST: Final = 200
_LONGEST_NAME: Final = 60
MOST_VIEWS: Final = 20
# The digits of a key turned round, so that the youngest key comes first.
_TURNED: Final = str.maketrans("0123456789abcdef", "fedcba9876543210")


@dataclass(frozen=True, slots=True)
class DeskFilter(AddressFilter):
    """The request in the address of a desk's list."""

    here: ClassVar[str] = "/triase"
    meja: str = "triage"
    urut: str = "mendesak"
    q: str = ""
    pokok: str = ""
    wilayah: str = ""
    kanal: str = ""
    lewat: str = ""
    milik: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """Return the filter of an address. What is unknown in it is left out."""
        known = cls.cleaned(given)
        return cls(
            **known
            | {
                "meja": "arbiter" if known["meja"] == "arbiter" else "triage",
                "urut": known["urut"] if known["urut"] in ORDERS else ORDERS[0],
                "lewat": "ya" if known["lewat"] else "",
                "milik": "ya" if known["milik"] else "",
            }
        )


async def load_waiting(
    running: Running[Any], wanted: DeskFilter, after: tuple[str, UUID], limit: int, reader: Key
) -> list[WaitingCase]:
    """Return the cases that the filter leaves, after a cursor."""
    now = running.clock.now()
    due_before = now.astimezone(UTC).isoformat() if wanted.lewat else ""
    values = (wanted.urut, wanted.pokok, wanted.wilayah, wanted.kanal, due_before, wanted.q)
    since, owner = now - OPEN_FOR, reader.actor if wanted.milik else ""
    return await store.list_waiting(running.pool, wanted.meja, values, after, limit, reader.actor, since, owner)


async def next_case(running: Running[Any], wanted: DeskFilter, after: str, reader: Key) -> str | None:
    """Return the ticket of the case after a cursor that nobody else works on, or None if no other case waits.

    At the end of the list the search goes on at its top. If others work on all of them, the first one is taken.
    """
    start = parse_place(after)
    found = await load_waiting(running, wanted, start, _LOOK_AHEAD, reader)
    if all(_taken(one) for one in found) and start != ("", FIRST):
        found += await load_waiting(running, wanted, ("", FIRST), _LOOK_AHEAD, reader)
    others = [one for one in found if one.stored.key != start[1]]
    chosen = next((one for one in others if not _taken(one)), others[0] if others else None)
    return chosen.stored.case.ticket if chosen else None


def _taken(one: WaitingCase) -> bool:
    """Return whether somebody else has the case open or has taken it on."""
    return one.open_at is not None or (one.owner is not None and not one.own)


def place_of(found: StoredCase, order: str) -> str:
    """Return the cursor of a case in a list: its rank in this order, as the statement `desk_list` ranks it, and its key."""
    case = found.case
    if order == "tenggat":
        rank = case.model_dump(mode="json", include={"due_decide"})["due_decide"] or "~"
    elif order == "terbaru":
        rank = str(found.key).translate(_TURNED)
    else:
        rank = "" if order == "terlama" else "0" if case.priority == "urgent" else "1"
    return f"{rank}!{found.key}"


def parse_place(after: str) -> tuple[str, UUID]:
    """Return rank and key of a cursor. A wrong cursor begins at the top."""
    rank, _, key = clean_text(after)[:_LONGEST].partition("!")
    try:
        return rank, UUID(key)
    except ValueError:
        return "", FIRST


async def open_case(running: Running[Any], key: UUID, reader: Key) -> list[Look]:
    """Keep that the reader has the case open, and return who else has."""
    now = running.clock.now()
    await store.look_at(running.pool, reader.actor, reader.owner, key, now)
    return await store.looks_at(running.pool, key, reader.actor, now - OPEN_FOR)


async def load_similar(running: Running[Any], found: StoredCase) -> list[Similar]:
    """Return the open cases that may tell of the same event as this one."""
    near = await store.list_similar(running.pool, found, kecamatan_of(found.case), _LOOK_AHEAD)
    return rank_similar(found.case, near)


async def leave_case(running: Running[Any], reader: Key) -> None:
    """Keep that the reader has no case open."""
    await store.look_away(running.pool, reader.actor)


async def load_views(running: Running[Any], reader: Key) -> list[SavedView]:
    """Return the views that the reader has saved, by name."""
    return await office_store.list_desk_views(running.pool, reader.actor)


async def save_view(running: Running[Any], name: str, wanted: DeskFilter, reader: Key) -> bool:
    """Save a view. Return False if its name is empty, or if the reader has as many as allowed."""
    named = clean_text(name).strip()[:_LONGEST_NAME]
    if not named:
        return False
    return await office_store.add_desk_view(running.pool, new_id(), reader.actor, named, wanted.as_text(), MOST_VIEWS)


async def drop_view(running: Running[Any], view: UUID, reader: Key) -> None:
    """Forget a view of the reader."""
    await office_store.drop_desk_view(running.pool, reader.actor, view)


async def own_case(running: Running[Any], key: UUID, reader: Key, *, own: bool) -> None:
    """Keep that the reader has taken a case on, or no longer."""
    if own:
        await office_store.own_case(running.pool, key, reader.actor, reader.owner, running.clock.now())
    else:
        await office_store.disown_case(running.pool, key, reader.actor)


async def load_owner(running: Running[Any], key: UUID, reader: Key) -> tuple[str, bool] | None:
    """Return the name of the person who has taken a case on, and whether this is the reader. Return None for nobody."""
    found = await office_store.find_owner(running.pool, key)
    return (found.name, found.reader == reader.actor) if found else None
