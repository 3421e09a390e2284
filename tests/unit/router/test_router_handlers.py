"""The table of handlers names every input that can reach the router."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from services.router import rules
from services.router.rules import commands
from services.router.rules.fold import FORWARDED, HANDLERS, IGNORED, UNKNOWN_CASE_HANDLERS
from shared.events.catalogue import of_opd, read_by
from shared.pipeline import Tick, Undecodable
from tests.support.router_cases import assigned

ABSTRACT = {commands.CaseCommand, commands.OpdCommand}
FACTS = {fact for stream in (*read_by("router"), of_opd("dishub")[1]) for fact in stream.types.values()}


def subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    for one in kind.__subclasses__():
        yield one
        yield from subclasses(one)


# A command that no handler imports must not escape.
for module in iter_modules(rules.__path__, f"{rules.__name__}."):
    import_module(module.name)
# A dataclass with slots replaces its class, so the first one stays among the subclasses. The module has the last one.
COMMANDS = {
    kind
    for kind in subclasses(commands.CaseCommand)
    if getattr(sys.modules[kind.__module__], kind.__name__) is kind and kind not in ABSTRACT
}


def test_every_fact_that_the_router_reads_is_handled_or_ignored_on_purpose() -> None:
    assert FACTS - set(HANDLERS) - IGNORED == set()


def test_no_fact_is_both_handled_and_ignored() -> None:
    assert set(HANDLERS) & IGNORED == set()


def test_every_command_is_handled() -> None:
    assert COMMANDS - set(HANDLERS) == set()


def test_commands_keep_the_names_that_stored_digests_of_repeats_hold() -> None:
    assert {kind.__name__ for kind in COMMANDS} == {
        *("Accept", "Decline", "Progress", "Ask", "PutItOff", "Extend", "Resolve"),
        *("Assign", "TakeBack", "Refer", "AskFromDesk", "Archive", "Close", "HandleReply", "Release"),
        *("WriteNote", "HandOver", "ReadMention", "PassOn"),
        *("ConfirmReferral", "NoteLetter", "RecordAnswer"),
        *("Reclassify", "DecideNews", "Copied", "CallCitizen", "WriteDown", "ReviewEvidence", "DecideAppeal"),
        "ReleaseFile",
        *("Merge", "Unmerge", "TakeFromSp4n"),
        *("Contribute", "AskHelp", "EndHelp", "AddHelper", "RemoveHelper"),
    }


def test_the_table_names_nothing_that_cannot_come() -> None:
    assert set(HANDLERS) - FACTS - COMMANDS == {Tick, Undecodable}
    assert set(HANDLERS) >= FORWARDED


def test_every_command_and_update_on_an_unknown_case_is_answered() -> None:
    updates = set(of_opd("dishub")[1].types.values())
    assert COMMANDS | updates | {Undecodable} <= set(UNKNOWN_CASE_HANDLERS)


@pytest.mark.parametrize("handler", [*HANDLERS.values(), *UNKNOWN_CASE_HANDLERS.values()])
def test_a_handler_is_a_named_function_with_a_purpose(handler: Any) -> None:
    assert handler.__name__.isidentifier()
    assert handler.__doc__


def test_an_input_of_an_unknown_class_is_an_error_that_the_pipeline_parks() -> None:
    story = assigned()
    with pytest.raises(KeyError):
        story.fold(object())
