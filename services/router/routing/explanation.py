"""A routing decision as JSON and as Indonesian text, for the command `explain`. Changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from services.router.routing.decide import decide
from services.router.routing.decision import Decision
from shared.labels import AUTHORITIES, OUTCOMES, heading
from shared.reference import opds

# What "to" says of a matter in another province. "body" then names the government there.
ELSEWHERE: Final = "other_province"


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


def explain_lines(source: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield one decision for each line `{"text", "place"?}`, or `{"error"}` for a wrong line. Skip blank lines."""
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        given = _parse(line)
        if given is None:
            yield {"error": f'line {number}: must be a JSON object with "text" and perhaps "place", both strings'}
            continue
        yield as_json(decide(*given))


def _parse(line: str) -> tuple[str, str | None] | None:
    """Return text and place of a line, or None if the line is not such an object."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict):
        return None
    text, place = given.get("text"), given.get("place")
    if not isinstance(text, str) or not (place is None or isinstance(place, str)):
        return None
    return text, place
