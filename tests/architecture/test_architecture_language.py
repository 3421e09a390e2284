"""The language of docstrings: the checkable part of what CONTRIBUTING asks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("services", "shared", "deploy", "examples", "tests")
OPENINGS = re.compile(r"(?:What|Who|How|Where|Whose|Whom|Which|By|Of|When)\b")
LONGEST = 25
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def documented() -> Iterator[tuple[str, Documented, str]]:
    """Yield every docstring of the product and its tests: where it stands, what it describes, and its text."""
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Documented):
                text = ast.get_docstring(node)
                if text:
                    yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}", node, text


def is_message(place: str, node: Documented) -> bool:
    """Whether the docstring is the message that a caller reads: that of an error's class."""
    return isinstance(node, ast.ClassDef) and place.split(":", maxsplit=1)[0].endswith("errors.py")


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+|\n\n", text)


def test_no_docstring_begins_with_a_question_word_or_a_preposition() -> None:
    wrong = [place for place, node, text in documented() if OPENINGS.match(text) and not is_message(place, node)]
    assert wrong == []


def test_no_sentence_of_a_docstring_is_longer_than_a_reader_can_hold() -> None:
    long = [place for place, _, text in documented() for one in sentences(text) if len(one.split()) > LONGEST]
    assert long == []


def test_every_function_has_a_name_that_an_operator_can_look_up() -> None:
    nameless = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == "_"
    ]
    assert nameless == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("What a leader asks.", True), ("Return what a leader asks.", False), ("Whole rows of a table.", False)],
)
def test_the_rule_on_openings_tells_them_apart(text: str, found: bool) -> None:
    assert bool(OPENINGS.match(text)) is found
