"""`office.registry.v1`: the registry of OPDs and topics. Written by router, read by the services that name them.

The stream has one key. Each event holds the whole registry, with its past and its future.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from shared.events.fact import Fact
from shared.reference.registry import OpdRow, TopicRow

# The key of the one registry. It is the key of no complaint.
REGISTRY_KEY = UUID("0199e1f0-5a5a-7000-8000-7265676973a1")


class RegistryChanged(Fact):
    """The registry was changed, or taken from the files of the first start. ``version`` counts the changes from 1.

    ``changes`` are the differences in Indonesian words, the first of them. ``why`` is the reason that the person gave.
    """

    TYPE: ClassVar[str] = "registry.changed"
    version: int
    opds: tuple[OpdRow, ...]
    topics: tuple[TopicRow, ...]
    changes: tuple[str, ...] = ()
    why: str = ""
