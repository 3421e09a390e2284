"""The parts of a service that the HTTP layer reads. A running service has them by its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from shared.observability.health import Health
    from shared.observability.metrics import Meters
    from shared.postgres.pool import Pool
    from shared.settings import Settings
    from shared.web.attempts import Attempts


class Accounts(Protocol):
    """The parts with which a key is looked up."""

    @property
    def pool(self) -> Pool:
        """The pool of the service's database."""

    @property
    def attempts(self) -> Attempts:
        """The counters of wrong keys."""


class Host(Accounts, Protocol):
    """The parts with which an application answers."""

    @property
    def settings(self) -> Settings:
        """The settings of the service."""

    @property
    def meters(self) -> Meters:
        """The metrics of the process."""


class Leading(Protocol):
    """The parts that the operators' port reports on."""

    @property
    def meters(self) -> Meters:
        """The metrics of the process."""

    @property
    def health(self) -> Health:
        """The reports of the loops about themselves."""

    def leading(self) -> bool:
        """Return whether this replica sends the events."""


class Member(Protocol):
    """A member of a group of Kafka consumers."""

    def assigned(self) -> Collection[object]:
        """Return the partitions that this replica reads."""

    def joined(self) -> bool:
        """Return whether this replica is a member of the group."""
