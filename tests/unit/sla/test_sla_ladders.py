"""Another ladder: what would be told otherwise, what is told of clocks that run, and that nothing is told twice."""

from collections import Counter

import pytest

from services.sla.policy import PolicyTimeline
from services.sla.rules import DueDates, Recompute
from services.sla.rules.whatif import LevelChange, deadline_moves, ladders_differ, level_changes
from services.sla.state import ReachedLevel
from shared.events.deadlines import DeadlineApproaching, DeadlineMoved, Escalated
from tests.support.sla_story import Story, assigned, at, book_with, opened, put_off, shipped_table, told

RESPOND = '[[policies.clocks]]\nclock = "respond"\nlimit = 5\nunit = "working_day"\nladder = "own"'
USUAL = (("-1d", "officer"), ("0", "head"), ("+2d", "sekda"), ("+5d", "governor"))


def book(*levels: tuple[str, str]) -> PolicyTimeline:
    return book_with(RESPOND, ", ".join(f'{{offset="{offset}", to=["{role}"]}}' for offset, role in levels))


def filed(*levels: tuple[str, str]) -> Story:
    """The first answer is due on Monday, 13 April at 16.00."""
    return Story(None, book(*(levels or USUAL))).tell("2026-04-06T09:00", opened()).tell("2026-04-06T10:00", assigned())


def switched(story: Story, *levels: tuple[str, str]) -> Story:
    story.due_dates = DueDates(shipped_table(), book(*levels), 1)
    return story


def looked_at(story: Story, *levels: tuple[str, str]) -> list[tuple[str, str, str]]:
    new = DueDates(shipped_table(), book(*levels), 1)
    assert list(deadline_moves(story.case, story.due_dates, new, at("2026-04-07T09:00"))) == []
    return [(one.offset, one.to[0], one.effect) for one in level_changes(story.case, story.due_dates, new)]


def heard(story: Story) -> list[tuple[str, str, int]]:
    return [
        (one.offset, one.to[0], one.level) for one in story.said if isinstance(one, DeadlineApproaching | Escalated)
    ]


@pytest.mark.parametrize(
    ("levels", "changes"),
    [
        (USUAL, []),
        ((*USUAL[:2], ("+1d", "inspektorat"), *USUAL[2:]), [("+1d", "inspektorat", "level_added")]),
        ((("-3d", "officer"), *USUAL), [("-3d", "officer", "level_added")]),
        (USUAL[:3], [("+5d", "governor", "level_removed")]),
        ((("-2d", "officer"), *USUAL[1:]), [("-2d", "officer", "level_moved")]),
        ((USUAL[0], ("0", "inspektorat"), *USUAL[2:]), [("0", "inspektorat", "level_told_to")]),
        ((*USUAL[:3], ("+4d", "governor")), [("+4d", "governor", "level_moved")]),
        (
            (("0", "head"), ("+2d", "inspektorat"), ("+5d", "governor"), ("+9d", "citizen")),
            [
                ("+2d", "inspektorat", "level_told_to"),
                ("+9d", "citizen", "level_added"),
                ("-1d", "officer", "level_removed"),
            ],
        ),
    ],
)
def test_a_ladder_that_changes_is_looked_at_before(
    levels: tuple[tuple[str, str], ...], changes: list[tuple[str, str, str]]
) -> None:
    assert looked_at(filed(), *levels) == changes
    assert ladders_differ(book(*USUAL), book(*levels)) is bool(changes)


def test_what_was_told_is_not_among_what_would_change() -> None:
    story = filed().tick("2026-04-13T16:00")
    assert looked_at(story, ("-2d", "officer"), ("0", "inspektorat"), *USUAL[2:]) == []


def test_a_level_says_when_it_was_and_when_it_would_be() -> None:
    new = DueDates(shipped_table(), book(("-2d", "officer"), *USUAL[1:]), 1)
    story = filed()
    assert list(level_changes(story.case, story.due_dates, new)) == [
        LevelChange(
            clock="respond",
            run=1,
            opd="dishub",
            offset="-2d",
            to=("officer",),
            was=at("2026-04-10T07:30"),
            at=at("2026-04-09T07:30"),
            effect="level_moved",
        )
    ]


def test_recomputing_sets_the_timers_of_the_new_ladder_and_moves_no_due_time() -> None:
    story = switched(filed(), ("-3d", "officer"), *USUAL).tell("2026-04-07T09:00", Recompute("uji"))
    assert (story.case.due, story.of(DeadlineMoved)) == (at("2026-04-08T07:30"), [])
    story.tick("2026-04-13T16:00")
    assert heard(story) == [("-3d", "officer", -2), ("-1d", "officer", -1), ("0", "head", 0)]


def test_until_it_is_recomputed_a_running_clock_takes_the_new_ladder_at_its_next_look() -> None:
    story = switched(filed(), ("-3d", "officer"), *USUAL)
    assert story.case.due == at("2026-04-10T07:30")
    story.tick("2026-04-10T07:30")
    assert heard(story) == [("-3d", "officer", -2), ("-1d", "officer", -1)]


@pytest.mark.parametrize(
    ("levels", "then"),
    [
        ((*USUAL[:2], ("+1d", "inspektorat"), *USUAL[2:]), [("+5d", "governor", 3)]),
        ((USUAL[0], USUAL[1], ("+5d", "governor")), [("+5d", "governor", 2)]),
        (
            (*USUAL[:3], ("+3d", "inspektorat"), ("+5d", "governor")),
            [("+3d", "inspektorat", 2), ("+5d", "governor", 3)],
        ),
        ((("-3d", "officer"), *USUAL), [("+5d", "governor", 2)]),
        ((*USUAL[:2], ("+2d", "inspektorat"), ("+5d", "governor")), [("+5d", "governor", 2)]),
        (USUAL[:3], []),
    ],
)
def test_after_a_change_nothing_is_told_twice_and_what_is_still_ahead_is_told(
    levels: tuple[tuple[str, str], ...], then: list[tuple[str, str, int]]
) -> None:
    story = filed().tick("2026-04-15T16:00")
    before = heard(story)
    assert [offset for offset, _, _ in before] == ["-1d", "0", "+2d"]
    switched(story, *levels).tell("2026-04-15T17:00", Recompute("uji")).tick("2026-05-15T16:00")
    assert heard(story)[len(before) :] == then
    assert max(Counter(level for _, _, level in heard(story)).values()) == 1


def test_a_level_that_an_older_row_remembers_by_its_number_alone_is_not_told_again() -> None:
    story = filed().tick("2026-04-15T16:00")
    run = story.run("respond")
    bare = run.with_(fired=tuple(ReachedLevel(level=one.level, at=one.at) for one in run.fired))
    story.case = story.case.with_(runs=tuple(bare if one.name == run.name else one for one in story.case.runs))
    before = len(heard(story))
    story.tick("2026-04-16T16:00")
    switched(story, *USUAL[:2], ("+1d", "inspektorat"), *USUAL[2:]).tell("2026-04-16T17:00", Recompute("uji"))
    story.tick("2026-05-15T16:00")
    assert heard(story)[before:] == [("+5d", "governor", 3)]


def test_a_pause_after_a_level_tells_no_level_again() -> None:
    story = (
        filed()
        .tick("2026-04-15T16:00")
        .tell("2026-04-16T09:00", put_off("2026-05-04"))
        .tell("2026-05-04T09:00", told())
    )
    before = len(heard(story))
    story.tick("2026-06-30T16:00")
    assert heard(story)[before:] == [("+5d", "governor", 2)]
