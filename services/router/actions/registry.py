"""Changes of the registry: a proposal, its entry into force, and the first version from the files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.router import store
from services.router.registry.errors import NothingChanged, RegistryChangedMeanwhile, RegistryProblems
from services.router.registry.proposal import Proposal, propose
from services.router.registry.texts import TableName
from services.router.routing.offices import routed_opds
from services.router.rules.commands_registry import ChangeRegistry
from shared.canonical import digest_of
from shared.clean import clean_text
from shared.clock import WITA
from shared.errors import ClaimConflict
from shared.events.registry import REGISTRY_KEY, RegistryChanged
from shared.pipeline.items import Claim
from shared.reference import shipped
from shared.reference.registry import Registry
from shared.runtime.running import Running

SCOPE: Final = "registry"
# The first version comes from the files, by no person.
FIRST_ACTOR: Final = "system"
MOST_TOLD, LONGEST_TOLD = 50, 1_000


@dataclass(frozen=True, slots=True)
class MadeChange:
    """A change of the past: its number, what differed, who made it, when and why."""

    version: int
    changes: tuple[str, ...]
    who: str
    at: datetime
    why: str


class RegistryDesk:
    """The acts of an administrator on the registry, in one process."""

    def __init__(self, running: Running[Any]) -> None:
        self._running = running

    async def current(self) -> Registry:
        """Return the newest version."""
        await self._running.registry.refresh()
        return self._running.registry.registry

    def today(self) -> date:
        """Return the day in WITA on which the registry holds."""
        return self._running.clock.now().astimezone(WITA).date()

    async def propose(self, table: TableName, text: str) -> Proposal:
        """Return the proposal to replace a table by a text: its problems by line, or the difference."""
        return propose(await self.current(), table, text, routed_opds(), self.today())

    async def put_in_force(self, table: TableName, text: str, seen: int, *, why: str, actor: str) -> Registry:
        """Put a table into force, in every replica and service within seconds.

        ``seen``: the version that the person changed. Raise RegistryProblems, NothingChanged, or
        RegistryChangedMeanwhile if another version is in force.
        """
        proposal = await self.propose(table, text)
        if proposal.problems:
            raise RegistryProblems
        if not proposal.changes:
            raise NothingChanged
        if proposal.registry.version != seen + 1:
            raise RegistryChangedMeanwhile
        await self._publish(proposal.registry, proposal.changes, why, actor)
        return await self.current()

    async def install(self) -> None:
        """Take the files of this release as the first version, unless there is one."""
        if (await self.current()).version == 0:
            files = shipped()
            first = Registry(1, files.opds, files.topics)
            try:
                await self._publish(first, (), "Tabel pada pemasangan pertama", FIRST_ACTOR)
            except RegistryChangedMeanwhile:
                # A replica of another release was first.
                await self.current()

    async def history(self, limit: int) -> list[MadeChange]:
        """Return the changes, the newest first."""
        rows = await store.registry_history(self._running.pool, limit)
        return [
            MadeChange(
                row["version"], tuple(row["changes"]), row["name"] or row["changed_by"], row["changed_at"], row["why"]
            )
            for row in rows
        ]

    async def _publish(self, registry: Registry, changes: tuple[str, ...], why: str, actor: str) -> None:
        """Write a version. One caller makes each version: the others' claims are refused."""
        told = tuple(clean_text(words)[:LONGEST_TOLD] for words in changes[:MOST_TOLD])
        if len(changes) > MOST_TOLD:
            told = (*told, f"… dan {len(changes) - MOST_TOLD} perubahan lain.")
        fact = RegistryChanged(
            version=registry.version, opds=registry.opds, topics=registry.topics, changes=told, why=why
        )
        claim = Claim(SCOPE, str(registry.version), digest_of(fact.model_dump(mode="json")))
        try:
            await self._running.do(ChangeRegistry(fact), keys=(REGISTRY_KEY,), actor=actor, claim=claim)
        except ClaimConflict:
            raise RegistryChangedMeanwhile from None
