"""Idempotency keys that callers bring.

They are claimed together, so that a repeat never fails its neighbours and finds the first answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pydantic_core import from_json, to_json

from shared.errors import ClaimConflict
from shared.pipeline.items import Attempt, Claim, Entry, Item
from shared.pipeline.tables import Q
from shared.postgres.pool import Connection

# The scope of a claim, and the hash of its token.
Identity = tuple[str, str]


class Claims:
    """The claims of one transaction. ``hashed`` turns scope and token into the hash that is stored.

    Items are named by their place in the sequence of entries that the transaction works on.
    """

    def __init__(self, connection: Connection, hashed: Callable[[str, str], str]) -> None:
        self._connection = connection
        self._hashed = hashed
        self._places: dict[Identity, list[int]] = {}
        self._followers: list[tuple[int, Sequence[int]]] = []

    async def take(self, entries: Sequence[Entry], decided: Mapping[int, Attempt]) -> dict[int, Attempt]:
        """Claim the idempotency keys of all items that are not decided yet.

        Return the attempts of those that are repeats or conflicts: each item but the first with the same key.
        """
        wanted: dict[Identity, list[tuple[int, Item, Claim]]] = {}
        for place, item in enumerate(entries):
            if isinstance(item, Item) and item.claim is not None and place not in decided:
                identity = item.claim.scope, self._hashed(item.claim.scope, item.claim.token)
                wanted.setdefault(identity, []).append((place, item, item.claim))
        if not wanted:
            return {}
        self._places = {identity: [place for place, _, _ in same] for identity, same in wanted.items()}
        firsts = {identity: same[0] for identity, same in sorted(wanted.items(), key=lambda entry: entry[0])}
        fresh = await self._insert(firsts)
        known = {identity: (claim.digest, dict(claim.answer)) for identity, (_, _, claim) in firsts.items()}
        old = [identity for identity in firsts if identity not in fresh]
        if old:
            rows = await self._connection.fetch(Q["claimed"], [scope for scope, _ in old], [token for _, token in old])
            known |= {(row["scope"], row["token"]): (row["digest"], from_json(row["answer"])) for row in rows}
        attempts: dict[int, Attempt] = {}
        for identity, same in wanted.items():
            repeats = same[1:] if identity in fresh else same
            attempts |= {place: _repeated(item, claim, *known[identity]) for place, item, claim in repeats}
            if identity in fresh and repeats:
                self._followers.append((same[0][0], [place for place, _, _ in repeats]))
        return attempts

    async def give_back(self, attempts: dict[int, Attempt]) -> None:
        """Delete the claims of items that were refused in this transaction.

        Items that repeated such an item are refused alike: their attempts are replaced in ``attempts``.
        """
        for first, repeats in self._followers:
            if attempts[first].outcome == "refused":
                refused = Attempt("refused", refusal=attempts[first].refusal)
                attempts.update({place: refused for place in repeats if attempts[place].repeat})
        lost = sorted(
            identity
            for identity, places in self._places.items()
            if any(_gives_back(attempts[place]) for place in places)
        )
        if lost:
            await self._connection.execute(Q["unclaim"], [scope for scope, _ in lost], [token for _, token in lost])

    async def _insert(self, firsts: Mapping[Identity, tuple[int, Item, Claim]]) -> set[Identity]:
        """Insert the claims that are new, and return their identities."""
        new = await self._connection.fetch(
            Q["claim"],
            [scope for scope, _ in firsts],
            [token for _, token in firsts],
            [claim.digest for _, _, claim in firsts.values()],
            [item.key for _, item, _ in firsts.values()],
            [to_json(claim.answer).decode() for _, _, claim in firsts.values()],
        )
        return {(row["scope"], row["token"]) for row in new}


def _gives_back(attempt: Attempt) -> bool:
    return attempt.outcome == "refused" and not isinstance(attempt.refusal, ClaimConflict)


def _repeated(item: Item, claim: Claim, digest: str, answer: object) -> Attempt:
    if digest != claim.digest and item.record is None and digest not in claim.also:
        return Attempt("refused", refusal=ClaimConflict())
    return Attempt("repeat", answer)
