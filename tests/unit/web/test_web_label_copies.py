"""One word for one thing: no service writes a second label for a value that events share."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

import pytest

from shared import labels
from shared.events import fact

ROOT: Final = Path(__file__).parents[3]
VALUES: Final = {
    kind: frozenset(get_args(getattr(fact, kind)))
    for kind in ("State", "Class", "Priority", "Desk", "Authority", "Outcome", "Clock", "Role")
} | {"Channel": frozenset(labels.CHANNELS)}
EVERY: Final = frozenset().union(*VALUES.values())
# Pieces of sentences: each says what has not been done yet, as in "belum ditanggapi".
SENTENCES: Final = {("services/notifier/labels.py", "CLOCK_PHRASES"), ("services/notifier/labels.py", "HELP_PHRASES")}
# The state of a helper's part, which shares codes with the state of a case. A part is handed in; a case is answered.
HELPERS: Final = {("services/router/labels.py", "HELPER_STATES")}


def copies(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the kind of each dictionary that gives words to two or more values of it, and the name it is kept under.

    A dictionary inside a function builds sentences. One at the top of a module or class is a table of labels.
    """
    for statement in ast.walk(tree):
        if not isinstance(statement, ast.Module | ast.ClassDef):
            continue
        for node in statement.body:
            if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Dict):
                continue
            if not all(_is_words(word) for word in node.value.values):
                continue
            keys = {key.value for key in node.value.keys if isinstance(key, ast.Constant)}
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            for kind, values in VALUES.items():
                if len(keys & values) > 1 and keys <= EVERY:
                    yield kind, ast.unparse(target)


def _is_words(node: ast.expr) -> bool:
    """Return whether this is a text that people read. The name of a field is none."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "_" not in node.value


def test_no_service_has_a_second_table_of_labels() -> None:
    found = {
        (str(path.relative_to(ROOT)), name)
        for path in sorted((ROOT / "services").rglob("*.py"))
        for _, name in copies(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == SENTENCES | HELPERS


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('STATES = {"closed": "selesai", "merged": "digabung"}', [("State", "STATES")]),
        ('X: Final = {"normal": "biasa", "urgent": "genting"}', [("Priority", "X")]),
        ('class A:\n    W = {"verify": "periksa", "respond": "jawab"}', [("Clock", "W")]),
        ('X = {"oversight": "berkadar", "permit": "izin", "urgent": "genting"}', [("Class", "X")]),
        ('X = {"closed": 1, "merged": 2}', []),
        ('X = {"verify": "due_verify", "respond": "due_respond"}', []),
        ('X = {"closed": "selesai"}', []),
        ('X = {"dates": "tanggal", "closed": "selesai", "merged": "digabung"}', []),
    ],
)
def test_a_second_table_is_found(code: str, found: list[tuple[str, str]]) -> None:
    assert list(copies(ast.parse(code))) == found


def test_no_template_writes_a_label_again() -> None:
    """A pair of a value and its words in a template is a label. So is a word of the urgent cases alone."""
    pair = re.compile(r'\("(\w+)", "([A-Z][^"]*)"\)')
    written = {
        f"{path.relative_to(ROOT)}: {value}"
        for path in sorted((ROOT / "services").rglob("templates/*.html"))
        for value, _ in pair.findall(path.read_text(encoding="utf-8"))
        if value in EVERY
    }
    assert written == set()
    urgent = [path.name for path in (ROOT / "services").rglob("templates/*.html") if "Mendesak" in path.read_text()]
    assert urgent == []
