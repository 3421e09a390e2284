"""The table of handlers: every fact that the service reads, every command and the tick have a place in it."""

import inspect

import pytest

from services.sla.rules import commands, fold
from services.sla.rules.ending import erase
from services.sla.rules.fold import HANDLERS, IGNORED
from services.sla.state import CaseClocks
from shared.events.catalogue import CASES, read_by
from shared.events.fact import Fact
from shared.ids import new_id
from shared.pipeline import Change, Item, Tick
from tests.support.sla_story import KEY, Story, assigned, at, opened

READ = [fact for stream in read_by("sla") for fact in stream.types.values()]
COMMANDS = [kind for _, kind in inspect.getmembers(commands, inspect.isclass) if kind.__module__ == commands.__name__]
START = at("2026-04-06T09:00")


@pytest.mark.parametrize("fact", READ, ids=lambda fact: fact.TYPE)
def test_a_fact_that_is_read_is_handled_or_ignored_for_a_reason(fact: type[Fact]) -> None:
    assert (fact in HANDLERS) != (fact in IGNORED)


def test_the_table_has_the_commands_the_tick_and_nothing_that_is_not_read() -> None:
    assert COMMANDS
    assert set(HANDLERS) - set(READ) == {*COMMANDS, Tick}
    assert set(READ) >= IGNORED


def test_every_handler_is_a_named_function() -> None:
    assert [
        handler for handler in HANDLERS.values() if not inspect.isfunction(handler) or "<" in handler.__qualname__
    ] == []


def test_every_fact_that_erases_blanks_the_state() -> None:
    assert [fact for fact in READ if fact.ERASES and HANDLERS[fact] is not erase] == []


def test_an_erased_case_has_no_clocks_and_stays_erased() -> None:
    story = Story().tell(START, opened()).tell(START, assigned())
    erasing = next(fact for fact in READ if fact.ERASES)
    story.tell(START, erasing.model_construct())
    assert story.case == CaseClocks(erased=True)
    assert story.tell(START, assigned()).tick("2026-05-06T09:00").new == []
    assert story.case == CaseClocks(erased=True)


@pytest.mark.parametrize("fact", sorted(IGNORED, key=str), ids=str)
def test_an_ignored_fact_changes_nothing(fact: type[Fact]) -> None:
    story = Story().tell(START, opened()).tell(START, assigned())
    item = Item(key=KEY, data=fact.model_construct(), actor="x", at=START, id=new_id(), keys=(KEY,), topic=CASES)
    assert fold(story.due_dates, {KEY: story.case}, item, START) == Change()
