"""The values of the page of the shadow model: pure, in Indonesian, with the numbers of people masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from services.router.labels import MODEL_SHIPPED
from services.router.learning.versions import SHIPPED
from services.router.routing import Decision, decide
from services.router.routing.model import Model
from services.router.state import Case
from services.router.store import StoredCase
from shared.labels import OUTCOMES, heading
from shared.masking import masked
from shared.reference import opds

SHOWN: Final = 30


def as_shadow_page(found: Sequence[StoredCase], model: Model, shadow: Model) -> dict[str, Any]:
    """Return the comparison of two models on complaints. Imported history and erased complaints are left out."""
    compared = [one.case for one in found if not one.case.erased and not (one.case.external and _history(one.case))]
    pairs = [(case, _decided(case, model), _decided(case, shadow)) for case in compared]
    changed = [(case, live, other) for case, live, other in pairs if _to(live) != _to(other)]
    counts = Counter[tuple[str, str]]((live.outcome, other.outcome) for _, live, other in pairs)
    return {
        "shadow": _name(shadow),
        "model": _name(model),
        "compared": len(pairs),
        "same": len(pairs) - len(changed),
        "differ": len(changed),
        "heads": [_head(words) for words in OUTCOMES.values()],
        "table": [(_head(words), [counts[live, other] for other in OUTCOMES]) for live, words in OUTCOMES.items()],
        "rows": [_row(case, live, other) for case, live, other in changed[:SHOWN]],
    }


def _history(case: Case) -> bool:
    return case.external is not None and case.external.history


def _name(model: Model) -> str:
    return MODEL_SHIPPED if model.name == SHIPPED else model.name


def _decided(case: Case, model: Model) -> Decision:
    given_to = case.external.opd if case.external else None
    return decide(case.whole_text, case.place, given_to=given_to, model=model)


def _to(decision: Decision) -> tuple[str, str | None]:
    return decision.outcome, decision.opd or decision.to


def _row(case: Case, live: Decision, other: Decision) -> dict[str, Any]:
    line = " ".join(masked(case.whole_text).split())
    return {
        "ticket": case.ticket,
        "line": line if len(line) <= 140 else f"{line[:139]}…",
        "live": _words(live),
        "other": _words(other),
    }


def _words(decision: Decision) -> str:
    name = opds()[decision.opd].name if decision.opd else decision.to or ""
    return f"{heading(OUTCOMES[decision.outcome])} {name}".strip() + f" ({decision.probability:.0%})"


def _head(words: str) -> str:
    """Return the words of an outcome without the name that follows them elsewhere."""
    return heading(words.removesuffix(" kepada"))
