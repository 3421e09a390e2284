"""Idempotency keys that callers bring.

They are claimed together, so that a repeat never fails its neighbours and finds the first answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from shared.errors import ClaimConflict
from shared.pipeline.rows import Q
from shared.pipeline.work import Work
from shared.postgres.pool import Connection

Identity = tuple[str, str]


class Claims:
    """The claims of one transaction. ``hashed`` turns scope and token into the hash that is stored."""

    def __init__(self, connection: Connection, hashed: Callable[[str, str], str]) -> None:
        self._connection = connection
        self._hashed = hashed
        self._followers: list[tuple[Work, Sequence[Work]]] = []

    async def take(self, works: Sequence[Work]) -> None:
        """Claim the idempotency keys of these works.

        Each work but the first with the same key becomes a repeat or a conflict.
        """
        wanted: dict[Identity, list[Work]] = {}
        for work in works:
            if work.claim is not None and work.outcome == "waiting":
                wanted.setdefault(self._identity(work), []).append(work)
        if not wanted:
            return
        firsts = {identity: same[0] for identity, same in sorted(wanted.items())}
        known = await self._insert(firsts)
        fresh = set(known)
        old = [identity for identity in firsts if identity not in fresh]
        if old:
            rows = await self._connection.fetch(Q["claimed"], [scope for scope, _ in old], [token for _, token in old])
            known |= {(row["scope"], row["token"]): (row["digest"], json.loads(row["answer"])) for row in rows}
        for identity, same in wanted.items():
            digest, answer = known[identity]
            repeats = same[1:] if identity in fresh else same
            for work in repeats:
                _repeat(work, digest, answer)
            if identity in fresh and repeats:
                self._followers.append((same[0], repeats))

    async def give_back(self, works: Sequence[Work]) -> None:
        """Delete the claims of works that were refused in this transaction.

        Works of the batch that repeated such a work are refused alike.
        """
        for first, repeats in self._followers:
            if first.outcome == "refused":
                for work in repeats:
                    if work.outcome == "repeat":
                        work.outcome, work.answer, work.refusal = "refused", None, first.refusal
        refused = sorted(
            {
                self._identity(work)
                for work in works
                if work.claim and work.outcome == "refused" and not isinstance(work.refusal, ClaimConflict)
            }
        )
        if refused:
            await self._connection.execute(
                Q["unclaim"], [scope for scope, _ in refused], [token for _, token in refused]
            )

    async def _insert(self, firsts: dict[Identity, Work]) -> dict[Identity, tuple[str, object]]:
        claims = [(work.claim, work.item) for work in firsts.values()]
        new = await self._connection.fetch(
            Q["claim"],
            [scope for scope, _ in firsts],
            [token for _, token in firsts],
            [claim.digest if claim else "" for claim, _ in claims],
            [item.key if item else None for _, item in claims],
            [json.dumps(dict(claim.answer)) if claim else "{}" for claim, _ in claims],
        )
        found: dict[Identity, tuple[str, object]] = {}
        for row in new:
            claim = firsts[row["scope"], row["token"]].claim
            if claim is not None:
                found[row["scope"], row["token"]] = (claim.digest, dict(claim.answer))
        return found

    def _identity(self, work: Work) -> Identity:
        if work.claim is None:
            raise ValueError("a work without a claim has no identity")
        return work.claim.scope, self._hashed(work.claim.scope, work.claim.token)


def _repeat(work: Work, digest: str, answer: object) -> None:
    if work.claim and digest not in (work.claim.digest, *work.claim.also) and work.record is None:
        work.outcome, work.refusal = "refused", ClaimConflict()
    else:
        work.outcome, work.answer = "repeat", answer
