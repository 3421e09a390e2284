"""Limits of a channel: messages per second, and messages under way at once."""

from dataclasses import dataclass

from services.notifier.codes import Channel
from services.notifier.settings import NotifierSettings
from shared.buckets import Bucket


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


def one_second(rate: float) -> Bucket:
    """Return a bucket of ``rate`` messages a second that holds one second's worth, but at least one message.

    Each replica has its own bucket for its share of the rate.
    """
    return Bucket(rate, max(rate, 1.0))


def make_lanes(settings: NotifierSettings) -> dict[Channel, Lane]:
    """Return the lane of each channel. Webhooks have no rate of their own, only slots."""
    return {
        Channel.WHATSAPP: Lane(settings.whatsapp_slots, one_second(settings.whatsapp_rate)),
        Channel.EMAIL: Lane(settings.smtp_slots, one_second(settings.smtp_rate)),
        Channel.WEBHOOK: Lane(settings.webhook_slots),
        Channel.INSTAGRAM: Lane(settings.instagram_slots, one_second(settings.instagram_rate)),
        Channel.SMS: Lane(settings.sms_slots, one_second(settings.sms_rate)),
    }
