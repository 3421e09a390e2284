"""The OPD of each topic: what the tables of words name, and what the registry in force says instead."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from services.router.routing.lexicon import lexicon


@cache
def routed_opds() -> Mapping[str, str | None]:
    """Return for each topic of the tables the OPD that they name, or None if it is not the province's work."""
    return {
        matter.code: next((branch.opd for branch in matter.branches if branch.opd), None)
        for matter in lexicon().matters
    }
