"""The backtest: recorded complaints are decided again by other rules or another model, and the two are compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from services.router.learning.measures import NEEDLESS_TRIAGE, WRONG_DESK
from services.router.routing import explanation
from services.router.routing.model import Model

Answer = dict[str, Any]


class Failed(RuntimeError):
    """The other rules gave no answers. The message says what they said instead."""


class Recorded(NamedTuple):
    """A recorded complaint, with all that its decision stood on.

    ``went_to``: the OPD that took it up in the end, or None if nobody has yet. ``category``: the category that the
    channel gave. ``given_to``: the agency that has it in another system.
    """

    ticket: str
    text: str
    place: str | None
    went_to: str | None
    category: str | None = None
    given_to: str | None = None

    @property
    def evidence(self) -> dict[str, str | None]:
        """Return what `decide` and a line of `explain --file` take."""
        return {"text": self.text, "place": self.place, "category": self.category, "given_to": self.given_to}


class Pair(NamedTuple):
    """A recorded complaint with the place where each side sends it."""

    recorded: Recorded
    old: str
    new: str


def decide_here(recorded: Sequence[Recorded], model: Model) -> list[Answer]:
    """Decide with the rules of this process and a model."""
    return [explanation.as_json(explanation.decide_line(one.evidence, model)) for one in recorded]


def decide_there(recorded: Sequence[Recorded], checkout: Path, model: str, models: Path) -> list[Answer]:
    """Decide with the rules of another checkout, in a process of its own. Raise Failed if it gives no answers."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "recorded.jsonl"
        file.write_text("".join(json.dumps(one.evidence) + "\n" for one in recorded), encoding="utf-8")
        command = [sys.executable, "-m", "services.router", "explain", "--file", str(file)]
        if model != "shipped":
            command += ["--model", model, "--models", str(models.resolve())]
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        result = subprocess.run(
            command, cwd=checkout.resolve(), env=environment, capture_output=True, text=True, check=False
        )
    answers = [json.loads(line) for line in result.stdout.splitlines()] if result.returncode == 0 else []
    if len(answers) != len(recorded):
        said = result.stderr.strip().splitlines()[-1:] or [f"{len(answers)} answers"]
        raise Failed(f"the rules of {checkout} failed: {said[0]}")
    return answers


def pair(recorded: Sequence[Recorded], old: Sequence[Answer], new: Sequence[Answer]) -> list[Pair]:
    """Put the two sides of each complaint side by side."""
    return [Pair(one, place_of(a), place_of(b)) for one, a, b in zip(recorded, old, new, strict=True)]


def place_of(answer: Answer) -> str:
    """Return where an answer sends a complaint: an OPD, the body of a referral, or triage."""
    if answer["outcome"] == "triage":
        return "triage"
    return str(answer["opd"] or answer["body"])


def days(pairs: Sequence[Pair], side: str) -> float:
    """Return the cost of one side ("old" or "new") on the complaints that an OPD took up.

    Triage costs a needless look there, because an OPD of ours was right.
    """
    return sum(
        NEEDLESS_TRIAGE if place == "triage" else WRONG_DESK
        for place, end in ((getattr(one, side), one.recorded.went_to) for one in pairs)
        if end is not None and place != end
    )


def lines(pairs: Sequence[Pair], show: int) -> Iterator[str]:
    """Yield the report: how much changes, from where to where, what it costs, and the first changed cases."""
    changed = [one for one in pairs if one.old != one.new]
    yield f"complaints {len(pairs)}; would go elsewhere {len(changed)}"
    for (old, new), count in Counter((one.old, one.new) for one in changed).most_common():
        yield f"  {count}  {old} -> {new}"
    known = [one for one in pairs if one.recorded.went_to is not None]
    yield (
        f"cost on the {len(known)} that an OPD took up, in days"
        f" ({WRONG_DESK:g} for a wrong desk, {NEEDLESS_TRIAGE:g} for a needless triage):"
        f" {days(known, 'old'):g} -> {days(known, 'new'):g}"
    )
    for one in changed[:show]:
        end = one.recorded.went_to or "-"
        yield f"{one.recorded.ticket}  {one.old} -> {one.new}  taken up by {end}"
