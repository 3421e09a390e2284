"""Every input that can reach the notifier's fold has a handler, or a stated reason to have none."""

import dataclasses
import inspect
from uuid import uuid4

import pytest

from services.notifier.rules import commands
from services.notifier.rules.fold import HANDLERS, IGNORED
from shared.events.catalogue import read_by
from shared.events.fact import Fact
from shared.pipeline import Change, Tick, Undecodable
from tests.support.notifier_folds import fold_one

FACTS = sorted({fact for stream in read_by("notifier") for fact in stream.types.values()}, key=lambda fact: fact.TYPE)
COMMANDS = [
    one
    for _, one in inspect.getmembers(commands, inspect.isclass)
    if one.__module__ == commands.__name__ and dataclasses.is_dataclass(one)
]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.TYPE)
def test_every_fact_of_a_stream_that_is_read_is_handled_or_ignored_for_a_reason(fact: type[Fact]) -> None:
    assert (fact in HANDLERS) is not (fact in IGNORED)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_handled(command: type[object]) -> None:
    assert command in HANDLERS


def test_the_table_holds_nothing_that_cannot_arrive() -> None:
    assert set(HANDLERS) == ({*FACTS} - IGNORED) | {*COMMANDS}
    assert set(FACTS) >= IGNORED


def test_every_handler_can_be_looked_up_by_its_name() -> None:
    assert [handler for handler in HANDLERS.values() if not handler.__name__.startswith("handle_")] == []


@pytest.mark.parametrize("data", [Tick(), Undecodable("x"), object()], ids=lambda data: type(data).__name__)
def test_an_input_without_a_handler_changes_nothing(data: object) -> None:
    assert fold_one({}, uuid4(), data) == Change()
