"""The turns of web forms: a flood of honest people waits in a queue, and nobody loses what was typed.

Each address has tokens, since thousands share the address of a phone network. A form whose turn comes soon waits here.
A form whose turn comes later gets a page that keeps it, with a signed turn that holds its place at every replica.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from services.intake.errors import Queued
from services.intake.settings import IntakeSettings
from shared.buckets import Buckets
from shared.clock import WITA
from shared.web.pages import Pages
from shared.web.signing import Signing
from shared.web.sorry import later

# The field of the form that holds a turn.
TURN: Final = "giliran"
# A turn stays good for so long after it has come.
_KEPT_S: Final = 3600


class Turns:
    """The queue of one process. ``clock`` is wall time, and ``ticking`` the time of the buckets, both in seconds."""

    def __init__(
        self,
        settings: IntakeSettings,
        clock: Callable[[], float] = time.time,
        ticking: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._rate = settings.web_rate / 60
        self._wait_s, self._queue_s = settings.web_wait_s, settings.web_queue_s
        self._addresses = Buckets(self._rate, settings.web_burst, ticking)
        self._visitors = Buckets(settings.visitor_rate / 60, settings.visitor_burst, ticking)
        self._signing = Signing(settings.secret_bytes)

    async def take(self, address: str, visitor: str, filing: str, turn: str = "") -> None:
        """Wait until it is this form's turn.

        ``filing`` identifies the form with its content, and ``turn`` is what an earlier ``Queued`` gave for it.
        Raises Queued when the turn comes later, and TooMany when this browser is too quick or the queue is full.
        """
        await asyncio.sleep(self.reserve(address, visitor, filing, turn))

    def reserve(self, address: str, visitor: str, filing: str, turn: str = "") -> float:
        """Take a token for this form and return the seconds to wait, like ``take`` but without waiting.

        The browser's own limit comes first: one that hammers does not use up the tokens of its neighbours.
        """
        at = self._turn_of(filing, turn)
        if at is None:
            own = self._visitors.reserve(visitor, longest=self._wait_s)
            at = self._clock() + max(own, self._addresses.reserve(address, longest=self._queue_s))
        wait = max(0.0, at - self._clock())
        if wait <= self._wait_s:
            return wait
        raise Queued(math.ceil(wait * self._rate), wait, self._signing.seal(_purpose(filing), f"{at:.3f}"))

    def _turn_of(self, filing: str, turn: str) -> float | None:
        """Return the time of a turn that we gave to this form, or None."""
        known = self._signing.open(_purpose(filing), turn, lasts_s=int(self._queue_s) + _KEPT_S) if turn else None
        return float(known) if known is not None else None


def waiting_page(pages: Pages, request: Request, fields: Mapping[str, str], queued: Queued, address: str) -> Response:
    """Return the page that says the place and the time in words. It keeps every field of the form of ``address``."""
    kept = {name: value for name, value in fields.items() if name != TURN} | {TURN: queued.turn}
    at = datetime.now(WITA) + timedelta(seconds=queued.retry_after + 59)
    values = {
        "fields": kept,
        "words": queued.words,
        "at": f"{at:%H.%M} WITA",
        "wait": queued.retry_after,
        "address": address,
    }
    page = pages.page(request, "waiting.html", queued.status, here="/", **values)
    return later(page, queued)


def _purpose(filing: str) -> str:
    return f"turn {filing}"
