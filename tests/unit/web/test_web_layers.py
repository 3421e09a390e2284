"""The HTTP layer stands below the running service: it names no module above it, not even for a type."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ABOVE = ("shared.service", "shared.cli", "shared.openapi", "services", "deploy")


def imported(path: Path) -> Iterator[str]:
    """Every module that a file names, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


@pytest.mark.parametrize("path", sorted((ROOT / "shared/web").glob("*.py")), ids=lambda path: path.stem)
def test_no_module_of_the_http_layer_names_what_stands_above_it(path: Path) -> None:
    assert [name for name in imported(path) if name.startswith(ABOVE)] == []


@pytest.mark.parametrize("name", ["clean", "labels", "trace"])
def test_the_leaves_name_nothing_of_the_kernel(name: str) -> None:
    assert [name for name in imported(ROOT / f"shared/{name}.py") if name.startswith("shared")] == []
