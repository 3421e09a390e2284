"""Every fact that intake reads and every command that it takes has a handler, or a reason why none."""

import dataclasses
import inspect
from datetime import UTC, datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from services.intake import rules
from services.intake.rules import commands
from services.intake.rules.fold import HANDLERS, IGNORED, fold
from services.intake.state import Complaint
from shared.events.cases import CaseErased
from shared.events.catalogue import read_by
from shared.events.fact import Blank, Fact, Unknown
from shared.ids import new_id
from shared.pipeline import Change, Item, Tick

FACTS = {fact for stream in read_by("intake") for fact in stream.types.values()}
# All modules of commands: one that no handler imports must not escape.
MODULES = [
    import_module(module.name)
    for module in iter_modules(rules.__path__, f"{rules.__name__}.")
    if module.name.startswith(commands.__name__)
]
# Classes of these modules that are parts of commands.
PARTS = {commands.ContactPerson, commands.SourceMessage, commands.Reserved}
COMMANDS = {
    member
    for module in MODULES
    for _, member in inspect.getmembers(module, dataclasses.is_dataclass)
    if inspect.isclass(member) and member.__module__ == module.__name__
} - PARTS
NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
KEY = new_id()


def folded(data: Any, complaint: Complaint | None) -> Change[Any]:
    return fold({KEY: complaint}, Item(KEY, data, "x", NOW, new_id(), (KEY,), sequence=1), NOW)


def test_every_fact_of_every_stream_is_handled_or_ignored_for_a_reason() -> None:
    handled = {kind for kind in HANDLERS if issubclass(kind, Fact)}
    assert handled | (IGNORED - {Unknown, Blank}) == FACTS
    assert handled & IGNORED == set()


def test_every_command_has_a_handler() -> None:
    assert {kind for kind in HANDLERS if not issubclass(kind, Fact)} == COMMANDS | {Tick}


def test_every_handler_is_a_named_function() -> None:
    assert all(inspect.isfunction(handler) and handler.__name__ != "<lambda>" for handler in HANDLERS.values())


@pytest.mark.parametrize("data", [Unknown(), Blank(), CaseErased()], ids=lambda data: type(data).__name__)
def test_an_ignored_fact_changes_nothing(data: Fact) -> None:
    assert folded(data, Complaint(ticket="KT-7F3K-9Q2M-X")) == Change()


def test_data_without_a_rule_is_an_error_of_ours() -> None:
    with pytest.raises(TypeError, match="no rule for str"):
        folded("?", Complaint(ticket="KT-7F3K-9Q2M-X"))
