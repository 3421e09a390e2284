"""The measure of routing on labelled texts, per outcome: `python -m tests.support.router_measure`.

A label is an OPD's code (assign), `kab` or `kab:REGION`, `pusat`, `ikn`, `lain` (another province), or `?` (open).
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from services.router.routing import Decision, decide
from services.router.routing.functions import load_functions

DATA = Path(__file__).parents[1] / "data"
LEVELS = {"kab": "regency_or_city", "pusat": "centre", "ikn": "ikn", "lain": "elsewhere", "?": None}


class Labelled(NamedTuple):
    label: str
    function: str
    place: str | None
    text: str


def read_labelled(name: str) -> list[Labelled]:
    """Read a set of `tests/data/`. The older sets have no function."""
    rows = []
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            parts = line.split("\t")
            label, function, place, text = parts if len(parts) == 4 else (parts[0], "", *parts[1:])
            rows.append(Labelled(label, function, place or None, text))
    return rows


def is_right(decision: Decision, label: str) -> bool:
    """Return whether an automatic decision is the one that the label names: authority, and OPD or regency."""
    kind, _, region = label.partition(":")
    if kind == "?":
        return False
    if kind == "lain":
        return decision.outcome == "refer" and bool(getattr(decision, "elsewhere", False))
    if kind not in LEVELS:
        return decision.opd == label
    if getattr(decision, "elsewhere", False):
        return False
    named = not region or region in (decision.to or "")
    return decision.outcome == "refer" and decision.authority == LEVELS[kind] and named


def measure(rows: list[Labelled]) -> dict[str, Counter[str]]:
    """Return for each outcome that a label wants how many are right, wrong, and left to a person."""
    found: dict[str, Counter[str]] = {}
    functions = load_functions()
    for row in rows:
        decision = decide(row.text, row.place)
        kind = row.label.partition(":")[0]
        kind = kind if kind in LEVELS else "opd"
        count = found.setdefault(kind, Counter())
        if decision.outcome == "triage":
            count["right" if kind == "?" else "triage"] += 1
        else:
            count["right" if is_right(decision, row.label) else "wrong"] += 1
        if row.function:
            topics = [decision.topic, *(getattr(one, "topic", None) for one in decision.alternatives)]
            ranked = list(dict.fromkeys(functions[topic][0] for topic in topics if topic))
            count["function"] += ranked[:1] == [row.function]
            count["function_3"] += row.function in ranked[:3]
            count["of"] += 1
    return found


def wrong_ones(rows: list[Labelled]) -> list[str]:
    """Return a line for each text that is decided wrongly or left to a person."""
    lines = []
    for row in rows:
        decision = decide(row.text, row.place)
        right = decision.outcome == "triage" if row.label == "?" else is_right(decision, row.label)
        if not right:
            got = f"{decision.outcome} {decision.opd or decision.authority} {decision.to or ''} {decision.topic}"
            lines.append(
                f"{row.label}/{row.function} <- {got} {getattr(decision, 'probability', 0):.2f}: {row.text[:150]}"
            )
    return lines


def report(name: str) -> None:
    """Print the measure of one set."""
    rows = read_labelled(name)
    found = measure(rows)
    total: Counter[str] = sum(found.values(), Counter())
    print(name)
    for kind, count in [*found.items(), ("all", total)]:
        line = f"  {kind:4} right {count['right']:4} wrong {count['wrong']:4} triage {count['triage']:4}"
        if count["of"]:
            first, three = count["function"] / count["of"], count["function_3"] / count["of"]
            line += f"   function {first:.2f}, in first three {three:.2f}"
        print(line)
    open_ones = found.get("?", Counter())
    automatic = total["right"] + total["wrong"] - open_ones["right"]
    if automatic:
        print(f"  automatic {automatic / len(rows):.2f} of all, wrong {total['wrong'] / automatic:.3f} of these")


def main() -> None:
    for name in sys.argv[1:] or sorted(path.name for path in DATA.glob("router_*.tsv")):
        report(name)


if __name__ == "__main__":
    main()
