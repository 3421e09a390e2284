"""Limits of a channel: messages per second, and messages under way at once."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from services.notifier.codes import Channel
from services.notifier.settings import NotifierSettings


@dataclass
class Bucket:
    """A token bucket of ``rate`` messages a second. It holds at most one second's worth, but at least one message.

    Each replica has its own bucket for its share of the rate.
    """

    rate: float
    clock: Callable[[], float] = time.monotonic
    _left: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._left, self._at = self._most, self.clock()

    @property
    def _most(self) -> float:
        return max(self.rate, 1.0)

    def left(self) -> int:
        """Return how many messages may go out now."""
        now = self.clock()
        self._left, self._at = min(self._most, self._left + (now - self._at) * self.rate), now
        return int(self._left)

    def take(self, count: int = 1) -> None:
        """Take ``count`` messages from the bucket."""
        self._left -= count


@dataclass
class Lane:
    """The slots and the rate of one channel. Channels share neither, so that a slow one cannot hold up another."""

    slots: int
    bucket: Bucket | None = None
    under_way: int = 0

    def room(self) -> int:
        """Return how many messages may begin now."""
        free = self.slots - self.under_way
        return free if self.bucket is None else min(free, self.bucket.left())

    def begin(self) -> None:
        """Count one message as under way."""
        self.under_way += 1
        if self.bucket:
            self.bucket.take()

    def end(self) -> None:
        """Count one message as finished."""
        self.under_way -= 1


def make_lanes(settings: NotifierSettings) -> dict[Channel, Lane]:
    """Return the lane of each channel. Webhooks have no rate of their own, only slots."""
    return {
        Channel.WHATSAPP: Lane(settings.whatsapp_slots, Bucket(settings.whatsapp_rate)),
        Channel.EMAIL: Lane(settings.smtp_slots, Bucket(settings.smtp_rate)),
        Channel.WEBHOOK: Lane(settings.webhook_slots),
    }
