"""The topics that a label of somebody's own data stands for: a model may decide only where its labels lead somewhere."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from services.router.routing.functions import load_functions
from services.router.routing.lexicon import Lexicon, lexicon
from services.router.routing.text_scan import scan_text
from shared.reference import opds


def class_of_topics(labels: Iterable[str], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return by topic the label that stands for it. ``given``: the same, as a person wrote it down; it goes first.

    A label may be a topic, a kind of agency (function), the code of an OPD, or the name of an agency. An agency stands
    for the topics that it works on, and for those of its function that no other label claims.
    """
    tables, functions = lexicon(), load_functions()
    found: dict[str, str] = dict(given or {})
    wide: dict[str, str] = {}
    for label in sorted(labels):
        folded = label.strip().casefold()
        function = folded if any(folded == one for one, _ in functions.values()) else ""
        if folded in functions:
            found.setdefault(folded, label)
        code = None if function or folded in functions else _opd_of(tables, label)
        own = _topics_of(tables, code) if code else []
        for topic in own:
            found.setdefault(topic, label)
        if not function and own:
            function = Counter(functions[topic][0] for topic in own if functions[topic][0]).most_common(1)[0][0]
        if function:
            wide.setdefault(function, label)
    for topic, (function, _) in functions.items():
        if function in wide:
            found.setdefault(topic, wide[function])
    return found


def _opd_of(tables: Lexicon, label: str) -> str | None:
    """Return the code of the OPD that a label names: by its code, by its name, or as people name it."""
    for code, one in opds().items():
        if label.strip().casefold() in (code.casefold(), one.name.casefold()):
            return code
    named = scan_text(tables, label, None).agencies
    return named[0] if named else None


def _topics_of(tables: Lexicon, code: str) -> list[str]:
    functions = load_functions()
    own = [matter.code for matter in tables.matters if any(branch.opd == code for branch in matter.branches)]
    return own if any(functions[topic][0] for topic in own) else []


def read_topics(path: Path) -> dict[str, str]:
    """Read a table with the columns `label` and `topic`. Raise ValueError for a topic that does not exist."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    known = load_functions()
    for row in rows:
        if row.get("topic") not in known:
            raise ValueError(f"{path.name}: {row.get('topic')!r} is no topic of shared/reference/topics.csv")
    return {row["topic"]: row["label"] for row in rows}
