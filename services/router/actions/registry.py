"""Changes of the registry: a proposal, its entry into force, the first version from the files, and the hand-over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.router import store
from services.router.registry.errors import NothingChanged, RegistryChangedMeanwhile, RegistryProblems
from services.router.registry.proposal import Proposal, propose
from services.router.registry.texts import TableName
from services.router.routing.offices import routed_opds
from services.router.rules.commands_registry import ChangeRegistry, PassOn
from services.router.rules.desk_assignment import MOVABLE
from shared.canonical import digest_of
from shared.clean import clean_text
from shared.clock import WITA
from shared.errors import ClaimConflict, Refused, Unavailable
from shared.events.registry import REGISTRY_KEY, RegistryChanged
from shared.observability.logs import get_logger
from shared.pipeline.items import Claim
from shared.reference import in_force, shipped
from shared.reference.registry import OpdRow, Registry
from shared.runtime.running import Running
from shared.words import day_words

log = get_logger()
SCOPE: Final = "registry"
# The first version comes from the files, by no person.
FIRST_ACTOR: Final = "system"
MOST_TOLD, LONGEST_TOLD = 50, 1_000
HANDED_AT_ONCE: Final = 200
# An answered case stays with its OPD's answer. When its reporter reopens it, it is handed over like the others.
_IN_HAND: Final = tuple(sorted(MOVABLE - {"referred"}))


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


async def hand_over_cases(running: Running[Any]) -> int:
    """Hand the open cases of OPDs that have ended to their successors, a command for each. Return how many moved.

    A case that was handed over is not found again, so that a restart goes on where the last round stopped.
    """
    table = in_force()
    ended = table.ended()
    if not ended:
        return 0
    found = await store.cases_of_ended(running.pool, sorted(ended), _IN_HAND, HANDED_AT_ONCE)
    moved = 0
    for key, code in found:
        heir = ended[code]
        reason = _reason(table.opds[code], table.opds[heir] if heir else None)
        try:
            await running.do(PassOn(opd=code, to=heir, reason=reason), keys=(key,), actor="router")
        except Unavailable:
            raise
        except Refused as refusal:
            # Somebody moved or erased the case since it was listed. If it is still there, the next round tries again.
            log.info("registry.not_handed_over", code=refusal.code)
            continue
        moved += 1
    return moved


def _reason(ended: OpdRow, heir: OpdRow | None) -> str:
    since = f" sejak {day_words(date.fromordinal(ended.last.toordinal() + 1))}" if ended.valid_to else ""
    if heir is None:
        return f"{ended.name} tidak ada lagi{since}."
    return f"{ended.name} digabung ke {heir.name}{since}."
