"""The traps of the SP4N stub. A trap is ordered for the next calls of a kind, or happens to a share of all calls."""

import random
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from shared.buckets import Bucket

# `drop`: the connection breaks before anything is kept; `cut`: after it.
# `hang`: all is kept, but no answer comes; `late`: it is kept only when the caller has long given up.
# `error`: a gateway's 502 before anything is kept; `error_kept`: after it.
# `no_id`: a success without a number, and nothing was kept; `no_id_kept`: the same, but it was kept.
# `skip_file`: one file of an upload or of a follow-up is left out silently. `throttle`: 429. `delay`: the answer is slow.
TRAPS: Final = frozenset(
    ["drop", "cut", "hang", "late", "error", "error_kept", "no_id", "no_id_kept", "skip_file", "throttle", "delay"]
)
CALLS: Final = frozenset(["create", "file", "reject", "followup", "read", "followups", "search", "masters"])


@dataclass
class Traps:
    """The orders of a test or of the demo.

    ``shares`` gives for a trap the share of calls that it happens to. ``rate``: calls per second before throttling.
    ``hang_s``: for how long no answer comes. ``late_s``: after which time a late call is kept.
    """

    seed: int = 0
    shares: dict[str, float] = field(default_factory=dict)
    hang_s: float = 3600.0
    late_s: float = 1.0
    delay_s: float = 0.3
    happened: Counter[str] = field(default_factory=Counter)
    _ordered: dict[str, deque[str]] = field(default_factory=dict)
    _bucket: Bucket | None = None

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - a test's dice, no secret

    def order(self, wanted: dict[str, Any]) -> None:
        """Take orders. Raise ValueError for an unknown trap or call."""
        for one in wanted.get("traps", ()):
            if one["what"] not in TRAPS or one["call"] not in CALLS:
                raise ValueError(one)
            self._ordered.setdefault(one["call"], deque()).extend([one["what"]] * one.get("times", 1))
        if unknown := set(wanted.get("shares", {})) - TRAPS:
            raise ValueError(unknown)
        self.shares = dict(wanted.get("shares", self.shares))
        self.hang_s = wanted.get("hang_s", self.hang_s)
        self.late_s = wanted.get("late_s", self.late_s)
        if "rate" in wanted:
            self._bucket = Bucket(wanted["rate"], max(1.0, wanted["rate"])) if wanted["rate"] else None

    def next(self, call: str) -> str:
        """Return the trap that happens to this call, or an empty text."""
        found = self._pick(call)
        if found:
            self.happened[found] += 1
        return found

    def _pick(self, call: str) -> str:
        if self._bucket is not None:
            if self._bucket.left() < 1:
                return "throttle"
            self._bucket.take()
        if waiting := self._ordered.get(call):
            return waiting.popleft()
        return next((what for what, share in self.shares.items() if self._chance.random() < share), "")


class BrokenResponse(Response):
    """An answer that promises more bytes than it sends, so that the server closes the connection in the middle."""

    def __init__(self) -> None:
        super().__init__(b"", headers={"content-length": "64"})
        self.body = b""


def refusal(what: str) -> Response:
    """Return the answer of a call that failed before anything was kept."""
    if what == "throttle":
        return JSONResponse({"message": "Too many requests"}, status_code=429, headers={"retry-after": "1"})
    return BrokenResponse() if what == "drop" else JSONResponse({"message": "Bad Gateway"}, status_code=502)
