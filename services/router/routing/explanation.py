"""A routing decision as JSON and as Indonesian text, for the command `explain`. Changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from services.router.routing.decide import decide
from services.router.routing.decision import Decision
from services.router.routing.model import Model
from shared.labels import AUTHORITIES, OUTCOMES, heading
from shared.reference import opds

# What "to" says of a matter in another province. "body" then names the government there.
ELSEWHERE: Final = "other_province"
WRONG_LINE: Final = 'must be a JSON object with "text", perhaps "place", "category" and "given_to", all strings'


def as_json(decision: Decision) -> dict[str, Any]:
    """Return the decision as one JSON object."""
    return {
        "outcome": decision.outcome,
        "authority": decision.authority,
        "opd": decision.opd,
        "probability": decision.probability,
        "reasons": list(decision.reasons),
        "alternatives": [one._asdict() for one in decision.alternatives],
        "topic": decision.topic,
        "class": decision.class_,
        "priority": decision.priority,
        "to": ELSEWHERE if decision.elsewhere and decision.to else decision.to,
        "body": decision.to,
    }


def as_text(decision: Decision) -> str:
    """Return the decision in plain Indonesian."""
    name = opds()[decision.opd].name if decision.opd else decision.to or ""
    lines = [f"{heading(OUTCOMES[decision.outcome])} {name}".strip() + f" (peluang benar {decision.probability:.0%})"]
    lines += [f"- {reason}" for reason in decision.reasons]
    for one in decision.alternatives:
        other = opds()[one.opd].name if one.opd else one.to or AUTHORITIES[one.authority]
        lines.append(f"  kemungkinan lain: {other} ({one.probability:.0%})")
    return "\n".join(lines)


def explain_lines(source: Iterable[str], model: Model | None = None) -> Iterator[dict[str, Any]]:
    """Yield one decision for each line `{"text", "place"?, "category"?, "given_to"?}`, or `{"error"}` for a wrong line.

    Skip blank lines. ``model``: the model to use instead of the shipped one.
    """
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        given = _parse(line)
        if given is None:
            yield {"error": f"line {number}: {WRONG_LINE}"}
            continue
        yield as_json(decide_line(given, model))


def decide_line(given: Mapping[str, Any], model: Model | None = None) -> Decision:
    """Decide on the values of one line."""
    return decide(
        given["text"],
        given.get("place"),
        given_to=given.get("given_to"),
        category=given.get("category"),
        model=model,
    )


def _parse(line: str) -> dict[str, Any] | None:
    """Return the object of a line, or None if the line is no object with a text."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict):
        return None
    if not isinstance(given.get("text"), str):
        return None
    if any(not isinstance(given.get(name), str | None) for name in ("place", "category", "given_to")):
        return None
    return given
