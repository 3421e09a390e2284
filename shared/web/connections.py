"""Limits on connections: on the time of each request, and on their number, per address and in total.

A full port always has room for a new connection: the one that has waited longest without a request is closed. So
neither a thousand silent connections nor a neighbour behind the same address can shut anybody out.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared.observability.logs import get_logger
from shared.web.address import Network, client_address, is_trusted

log = get_logger()
_LATE: Final = b"Sambungan terlalu lambat. Coba lagi.\n"
_FULL: Final = b"Terlalu banyak sambungan. Coba lagi sebentar lagi.\n"


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers of connections, and times in seconds.

    ``header_s`` is the time until the head of a request is there; an idle connection is also kept that long. After
    ``body_s`` a body must have come at ``body_rate`` bytes a second on average. The slowest phone network reaches that
    rate; a sender of one byte a second does not. ``body_longest_s`` is the longest time for any body. ``unread_s`` is
    how long an answer waits until some of it is taken. ``sweep_s`` is the time between two checks of all connections.
    """

    connections: int = 2_000
    per_address: int = 500
    header_s: float = 10.0
    body_s: float = 20.0
    body_rate: float = 1_000.0
    body_longest_s: float = 600.0
    unread_s: float = 30.0
    sweep_s: float = 1.0


class Bounded(H11Protocol):
    """uvicorn's connection, extended so that a gate admits, watches and may close it."""

    def __init__(self, *, gate: Gate, **given: Any) -> None:
        super().__init__(**given)
        self.gate = gate
        self.address = ""
        self.since = 0.0  # when the connection opened, its last answer ended, or the head of its request was there
        self.received = 0  # bytes since then
        self._receiving = False
        self._unread, self._unread_since = 0, 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Ask the gate for admission. Answer 503 to a connection that is refused."""
        super().connection_made(transport)
        self.since = self.loop.time()
        self.address = client_address({"client": self.client})
        if not self.gate.admit(self):
            self.close_with(b"503 Service Unavailable", _FULL)

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave the gate."""
        self.gate.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Pass the bytes on, and notice the end of a request's head."""
        if self.transport.is_closing():
            return
        self.received += len(data)
        was_waiting = self.waiting
        super().data_received(data)
        if was_waiting and not self.waiting:
            self._begun()

    def _begun(self) -> None:
        self.since, self.received = self.loop.time(), 0
        self.gate.busy(self)

    def on_response_complete(self) -> None:
        """Wait for the next request. A pipelined one has already begun."""
        self.since, self.received = self.loop.time(), 0
        self.gate.idle(self)
        super().on_response_complete()
        if not self.waiting:
            self._begun()

    @property
    def waiting(self) -> bool:
        """Whether no request is being received or answered."""
        return self.conn.our_state not in (h11.SEND_RESPONSE, h11.SEND_BODY)

    @property
    def receiving(self) -> bool:
        """Whether a body is still arriving, even when the request was answered before its end."""
        return self.conn.their_state is h11.SEND_BODY

    def is_late(self, now: float, limits: Limits) -> bool:
        """Return whether the client takes too long in the connection's present phase."""
        if self.receiving:
            if self.flow.read_paused:  # the delay is ours
                self.since += limits.sweep_s
                return False
            taken = now - self.since
            return taken > limits.body_longest_s or (taken > limits.body_s and self.received < limits.body_rate * taken)
        return self.waiting and now - self.since > limits.header_s

    def is_unread(self, now: float, limits: Limits) -> bool:
        """Return whether the client has taken nothing of what was written for too long."""
        unread = self.transport.get_write_buffer_size()
        if unread == 0 or unread < self._unread or self._unread == 0:
            self._unread_since = now
        self._unread = unread
        return unread > 0 and now - self._unread_since > limits.unread_s

    def close_late(self) -> None:
        """Close the connection. Answer 408 first when a request has begun."""
        state = self.conn.our_state
        if state is h11.SEND_RESPONSE or (state is h11.IDLE and self.received > 0):
            self.close_with(b"408 Request Timeout", _LATE)
        else:
            self.transport.close()

    def close_with(self, status: bytes, text: bytes) -> None:
        """Write an answer without the application, and close."""
        head = b"HTTP/1.1 %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n" % (status, len(text))
        self.transport.write(head + b"Retry-After: 5\r\nConnection: close\r\n\r\n" + text)
        self.transport.close()


@dataclass(slots=True)
class _Group:
    """The connections of one address, or all.

    ``waiting`` are those without a request, in order of their waiting time.
    """

    members: set[Bounded] = field(default_factory=set)
    waiting: dict[Bounded, None] = field(default_factory=dict)


class Gate:
    """The connections of one port.

    Those of a trusted proxy count only towards the total: many people stand behind each.
    """

    def __init__(self, limits: Limits, trusted: Sequence[Network] = ()) -> None:
        self.limits = limits
        self._trusted = trusted
        self._all = _Group()
        self._of: defaultdict[str, _Group] = defaultdict(_Group)
        self._closed: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._all.members)

    def admit(self, connection: Bounded) -> bool:
        """Admit a connection, and close another one when there is no room.

        Return False when every other connection is busy.
        """
        own = self._of[connection.address]
        crowded = len(own.members) >= self.limits.per_address and not is_trusted(connection.address, self._trusted)
        full = len(self._all.members) >= self.limits.connections
        if (crowded and not self._make_room(own)) or (not crowded and full and not self._make_room(self._all)):
            self._closed["refused"] += 1
            self._tidy(connection.address)
            return False
        for group in (self._of[connection.address], self._all):
            group.members.add(connection)
            group.waiting[connection] = None
        return True

    def leave(self, connection: Bounded) -> None:
        """Forget a connection."""
        if connection in self._all.members:
            for group in (self._of[connection.address], self._all):
                group.members.discard(connection)
                group.waiting.pop(connection, None)
            self._tidy(connection.address)

    def busy(self, connection: Bounded) -> None:
        """Note that the connection has a request in hand and will not be closed to make room."""
        for group in (self._of[connection.address], self._all):
            group.waiting.pop(connection, None)
        self._tidy(connection.address)

    def idle(self, connection: Bounded) -> None:
        """Note that the connection's request is done."""
        if connection in self._all.members and not connection.transport.is_closing():
            for group in (self._of[connection.address], self._all):
                group.waiting[connection] = None

    def _tidy(self, address: str) -> None:
        if address in self._of and not self._of[address].members:
            del self._of[address]

    def _make_room(self, group: _Group) -> bool:
        """Close the connection that has waited longest, else the one whose body takes longest.

        Return False when there is neither.
        """
        slow = (one for one in group.members if one.receiving)
        victim = next(iter(group.waiting), None) or min(slow, key=lambda one: one.since, default=None)
        if victim is None:
            return False
        self._closed["made_way"] += 1
        self.leave(victim)
        victim.transport.abort()
        return True

    async def watch(self) -> None:
        """Close late connections at regular intervals, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self.limits.sweep_s)
            now = loop.time()
            for connection in list(self._all.members):
                if connection.is_unread(now, self.limits):
                    self._closed["unread"] += 1
                    connection.transport.abort()
                elif not connection.transport.is_closing() and connection.is_late(now, self.limits):
                    self._closed["late"] += 1
                    connection.close_late()
            if self._closed:
                log.warning("connections.closed", open=len(self), **self._closed)
                self._closed.clear()
