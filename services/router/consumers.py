"""The streams that the router reads: submissions, deadlines, and one stream of updates for each OPD.

`rules.fold` says which rule handles which fact. A reply or dispute on a merged case reaches the surviving case by a
forward in the same step. So no record needs a second key.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.events.catalogue import Stream, of_opd, read_by

STREAMS = read_by("router")


def updates_of(codes: Iterable[str]) -> tuple[Stream, ...]:
    """Return the stream of updates of each OPD."""
    return tuple(of_opd(code)[1] for code in codes)
