"""Inputs that the tests of webhooks give to a notifier, and results for which they wait."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from services.notifier.actions.staff_addresses import import_addresses
from services.notifier.channels.webhook_secrets import new_secret
from shared.events import contacts
from shared.reference import opds
from tests.support.notifier_facts import assigned, linked, opened

Room = Any
HEAD = "role,opd,name,channel,address,secret\n"
CODES = sorted(opds())


def hook(number: int, url: str, secret: str = "") -> str:
    return f"officer,{CODES[number]},Sistem {number},webhook,{url},{secret or new_secret()}\n"


async def assign(room: Room, *numbers: int) -> None:
    """Assign one case to each of these OPDs, which makes one webhook each."""
    for number in numbers:
        await room.hear(uuid4(), opened(room.now()), assigned(CODES[number]))


async def citizen(room: Room, number: str = "+6280000000123") -> None:
    complaint, person = uuid4(), uuid4()
    await room.hear(person, linked(complaint, address=number), contacts.WindowOpened(at=room.now()))
    await room.hear(complaint, opened(room.now(), person))


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen in time")


async def states(room: Room) -> list[tuple[str, str | None]]:
    return [(row["state"], row["reason"]) for row in await room.rows()]


async def reaches(room: Room, state: str, seconds: float = 10.0) -> dict[str, Any]:
    """Wait for a message in this state and return the first one."""
    for _ in range(int(seconds / 0.05)):
        for row in await room.rows():
            if row["state"] == state:
                return dict(row)
        await asyncio.sleep(0.05)
    raise AssertionError(await states(room))


async def table(room: Room, *rows: str) -> None:
    await import_addresses(room.live.settings, HEAD + "".join(rows))
