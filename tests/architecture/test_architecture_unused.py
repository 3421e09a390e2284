"""Dead code: `make lint` asks vulture. Here, the list of exceptions holds no more than it must."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import vulture

from tests.architecture.unused_allowed import ALLOWED

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["vulture"]


def unused(*paths: Path) -> set[str]:
    """Return the names that vulture finds unused, with the settings of `make lint`, without the list of exceptions."""
    finder: Any = vulture.Vulture(
        ignore_names=SETTINGS["ignore_names"], ignore_decorators=SETTINGS["ignore_decorators"]
    )
    finder.scavenge([str(path) for path in paths])
    return {str(item.name) for item in finder.get_unused_code(min_confidence=SETTINGS["min_confidence"])}


def test_every_exception_is_needed_and_nothing_else_is_unused() -> None:
    paths = [ROOT / path for path in SETTINGS["paths"] if not path.endswith("unused_allowed.py")]
    assert unused(*paths) == set(ALLOWED)


def test_no_exception_is_named_twice() -> None:
    assert len(ALLOWED) == len(set(ALLOWED))


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("def nobody_calls_it() -> None: ...", {"nobody_calls_it"}),
        ("NEVER_READ = 1", {"NEVER_READ"}),
        ("class Alone:\n    lonely = 1", {"Alone", "lonely"}),
        ("def called() -> None: ...\n\ncalled()", set()),
        ("@app.get('/')\ndef page() -> None: ...", set()),
    ],
)
def test_dead_code_is_found(tmp_path: Path, code: str, found: set[str]) -> None:
    (tmp_path / "module.py").write_text(code, encoding="utf-8")
    assert unused(tmp_path) == found
