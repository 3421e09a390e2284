"""Tally of the effects in the outside world by our own message id. A second effect of one message is a duplicate."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

KEEP = 2000


@dataclass
class Ledger:
    """One channel's effects. ``repeated`` counts webhooks that the receiver knew by their id and dropped."""

    seen: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    repeated: int = 0
    latest: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEEP))

    def effect(self, message: str, what: dict[str, Any]) -> None:
        """Record an effect that a person would see."""
        self.seen[message] += 1
        self.latest.append({"message": message, **what})

    def counts(self) -> dict[str, int]:
        """Return the counts of this channel."""
        return {
            "accepted": len(self.seen),
            "duplicated": sum(count - 1 for count in self.seen.values()),
            "refused": self.refused,
            "repeated": self.repeated,
        }


@dataclass
class Tally:
    """The ledgers of all channels."""

    whatsapp: Ledger = field(default_factory=Ledger)
    email: Ledger = field(default_factory=Ledger)
    webhook: Ledger = field(default_factory=Ledger)
    instagram: Ledger = field(default_factory=Ledger)
    sms: Ledger = field(default_factory=Ledger)

    def channels(self) -> dict[str, Ledger]:
        """Return the ledger of each channel by the channel's name."""
        return {
            "whatsapp": self.whatsapp,
            "email": self.email,
            "webhook": self.webhook,
            "instagram": self.instagram,
            "sms": self.sms,
        }

    def counts(self) -> dict[str, Any]:
        """Return the counts of each channel and their sums.

        ``notified`` counts messages that had an effect, ``duplicated`` their further effects.
        """
        each = {name: ledger.counts() for name, ledger in self.channels().items()}
        return {
            **each,
            "notified": sum(counts["accepted"] for counts in each.values()),
            "duplicated": sum(counts["duplicated"] for counts in each.values()),
        }
