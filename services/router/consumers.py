"""The Kafka door: what citizens say, what the clocks say, and what each OPD says on its own topic.

Which fact moves which rule stands in `rules.fold`. A reply or dispute on a merged case reaches the surviving one by a
forward inside the step, so no record needs a second key.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.events.catalogue import Stream, of_opd, read_by

STREAMS = read_by("router")


def updates_of(codes: Iterable[str]) -> tuple[Stream, ...]:
    """The topic on which each OPD answers."""
    return tuple(of_opd(code)[1] for code in codes)
