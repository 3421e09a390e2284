"""A running intake: the connections of the process with what intake's actions need beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from services.intake.actions.together import Together
from services.intake.identities import Identities
from services.intake.settings import IntakeSettings
from services.intake.store import known_contacts, next_block, quoted_complaints
from services.intake.tickets import Tickets
from shared.buckets import Buckets

if TYPE_CHECKING:
    from shared.runtime.running import Running


# So many complaints with the same text may come within a day before the next one is suspicious.
SAME_TEXTS: Final = 9
_DAY_S: Final = 86_400


class RunningIntake:
    """The running service with its settings, identities, tickets and limits. Each process has one."""

    def __init__(self, running: Running[Any], settings: IntakeSettings) -> None:
        self.running = running
        self.settings = settings
        self.pool = running.pool
        self.identities = Identities(settings.secret_bytes, settings.public_url)
        # Each message at a webhook asks for its sender's complaints.
        self.contacts = Together(lambda keys: known_contacts(running.pool, keys))
        self.quotes = Together(lambda hashes: quoted_complaints(running.pool, hashes))
        self.tickets = Tickets(settings.secret_bytes, lambda: next_block(running.pool))
        # Counts equal texts by their hash. Like every limit it is the process's own.
        self.texts = Buckets(SAME_TEXTS / _DAY_S, SAME_TEXTS)
        # Counts look-ups of unknown tickets per address, so that nobody can guess tickets.
        self.lookups = Buckets(settings.lookup_rate / 60, settings.lookup_burst)
        # Counts requests to send secret links again, per address.
        self.links = Buckets(settings.link_rate / 3600, settings.link_burst)
