"""The commands that a caller's role leads to, and the cursors of lists."""

from typing import Any

import pytest

from services.router.actions.case_commands import compose_arbitrable, compose_opd_command, compose_question
from services.router.actions.case_lists import (
    DESK_START,
    REPLIES_START,
    parse_desk_cursor,
    parse_key,
    parse_replies_cursor,
)
from services.router.rules import commands as c
from services.router.store import FIRST
from shared.errors import Invalid
from shared.ids import new_id
from shared.web.keys import Key

KEY = new_id()


def caller(role: str, opd: str | None = None) -> Key:
    return Key(id=new_id(), owner="x", role=role, opd=opd)


def test_an_officer_acts_for_the_officers_own_opd() -> None:
    command = compose_opd_command(c.Accept, caller("officer", "dishub"), {"assignment_id": KEY})
    assert command == c.Accept(opd="dishub", assignment_id=KEY)


@pytest.mark.parametrize(("role", "arbiter"), [("arbiter", True), ("koordinator", False)])
def test_only_the_arbiters_command_says_so(role: str, arbiter: bool) -> None:
    command = compose_arbitrable(c.TakeBack, caller(role), {"reason": "r"})
    assert command == c.TakeBack(reason="r", arbiter=arbiter)


def test_a_question_comes_from_the_desk_or_from_the_opd() -> None:
    given: dict[str, Any] = {"revision": 3, "assignment_id": KEY}
    assert compose_question(caller("koordinator"), "q", **given) == c.AskFromDesk(question="q", revision=3)
    assert compose_question(caller("officer", "dishub"), "q", **given) == c.Ask(
        opd="dishub", question="q", revision=3, assignment_id=KEY
    )


def test_a_list_without_a_cursor_begins_at_its_start() -> None:
    assert (parse_key(None), parse_desk_cursor(None), parse_replies_cursor("")) == (FIRST, DESK_START, REPLIES_START)


def test_a_cursor_names_the_last_case_of_the_page_before() -> None:
    assert parse_key(str(KEY)) == KEY
    assert parse_desk_cursor(f"urgent~{KEY}") == ("urgent", KEY)
    assert parse_replies_cursor(f"2026-03-16T02:00:00Z~{KEY}") == ("2026-03-16T02:00:00Z", KEY)


@pytest.mark.parametrize("parse", [parse_key, parse_desk_cursor, parse_replies_cursor])
def test_a_wrong_cursor_is_refused(parse: Any) -> None:
    with pytest.raises(Invalid):
        parse("normal~kemarin")
