"""The versions of trained models: a folder for each, and a list of what was put in force when.

The folder lies beside the service, and every replica reads it at its start. `active.jsonl` only grows; its last line
names the model in force.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from services.router.learning.trained import as_trained
from services.router.routing.model import Model, read_model, shipped

SHIPPED: Final = "shipped"
FACTS: Final = "training.json"
_ACTIVE: Final = "active.jsonl"


class NoSuchVersion(ValueError):
    """No version of this name is in the folder."""


class NotBetter(ValueError):
    """The version may not be put in force. The message says why."""


def listed(folder: Path) -> list[dict[str, Any]]:
    """Return the facts of every version, the oldest first."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob(f"[!.]*/{FACTS}")]
    return sorted(found, key=lambda facts: (facts["trained_at"], facts["version"]))


def active(folder: Path) -> str:
    """Return the name of the version in force."""
    history = _history(folder)
    return str(history[-1]["version"]) if history else SHIPPED


def load(folder: Path, name: str) -> Model:
    """Read a version. Raise NoSuchVersion if the folder does not hold it."""
    if name == SHIPPED:
        return shipped()
    if not _is_version(folder, name):
        raise NoSuchVersion(f"{folder} holds no version {name!r}")
    model = read_model(name, folder / name)
    return model._replace(prior=as_trained(model.prior))


def activate(folder: Path, name: str, at: datetime) -> None:
    """Put a version in force. Raise NotBetter unless it beat the version that is in force now."""
    if not _is_version(folder, name):
        raise NoSuchVersion(f"{folder} holds no version {name!r}")
    facts = json.loads((folder / name / FACTS).read_text(encoding="utf-8"))
    present = active(folder)
    if name == present:
        raise NotBetter(f"{name} is in force already")
    if facts["compared_with"] is None:
        raise NotBetter(f"the labels of {name} lead to none of our topics: train with --topics")
    if facts["compared_with"] != present:
        raise NotBetter(f"{name} was compared with {facts['compared_with']}, but {present} is in force: train again")
    if not facts["better"]:
        raise NotBetter(f"{name} is not better than {present} on the newest fifth (models --report {name})")
    _note(folder, {"version": name, "act": "activate", "at": at.isoformat()})


def roll_back(folder: Path, at: datetime) -> str:
    """Put the version in force that was in force before, and return its name. Raise NotBetter if none was."""
    stack: list[str] = [SHIPPED]
    for line in _history(folder):
        if line["act"] == "activate":
            stack.append(str(line["version"]))
        else:
            stack.pop()
    if len(stack) < 2:
        raise NotBetter("the shipped model is in force; there is nothing to go back to")
    _note(folder, {"version": stack[-2], "act": "rollback", "at": at.isoformat()})
    return stack[-2]


def _is_version(folder: Path, name: str) -> bool:
    return Path(name).name == name and not name.startswith(".") and (folder / name / FACTS).is_file()


def _history(folder: Path) -> list[dict[str, Any]]:
    try:
        lines = (folder / _ACTIVE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in lines if line.strip()]


def _note(folder: Path, line: dict[str, Any]) -> None:
    with (folder / _ACTIVE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
