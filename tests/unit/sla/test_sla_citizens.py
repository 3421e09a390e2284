"""The words of citizens after an answer: what a measure keeps of them, and what the CSV says."""

import pytest

from services.sla.rules.measures import Measure
from services.sla.statistics.by_channel import CitizensLine
from services.sla.statistics.export import citizens_csv
from shared.events import cases
from shared.events.cases_answer import Rated
from tests.support.sla_story import Story, assigned, opened, reopened, resolved

EVERYBODY = CitizensLine(None, None, None, 2, 1, 1, 1, 1, 3.25)
LINE = CitizensLine("2026-03", "dishub", "whatsapp", 2, 1, 1, 1, 1, 3.25)


def answered(**more: str) -> Story:
    story = Story().tell("2026-04-06T10:00", opened(**more)).tell("2026-04-06T11:00", assigned())
    return story.tell("2026-04-07T10:00", resolved())


def question(story: Story) -> Measure:
    return [row for row in story.rows if row.what == "question"][-1]


@pytest.mark.parametrize(("channel", "kept"), [("whatsapp", "whatsapp"), ("kios_desa", "other")])
def test_a_question_counts_for_the_channel_of_the_complaint(channel: str, kept: str) -> None:
    asked = question(answered(channel=channel))
    assert (asked.channel, asked.outcome, asked.stars, asked.scale) == (kept, "asked", None, None)


def test_a_rating_is_a_word_of_the_citizen_and_keeps_its_scale() -> None:
    rated = question(answered().tell("2026-04-08T10:00", Rated(stars=3, scale=4)))
    assert (rated.run, rated.outcome, rated.stars, rated.scale) == (1, "answered", 3, 4)


def test_a_rating_takes_no_confirmation_back_and_moves_no_clock() -> None:
    story = answered().tell("2026-04-08T10:00", cases.Confirmed()).tell("2026-04-08T10:00", cases.Closed(by="citizen"))
    story.tell("2026-04-08T10:01", Rated(stars=1, scale=4))
    assert (question(story).outcome, question(story).stars, story.new) == ("confirmed", 1, [])


def test_the_last_rating_of_an_answer_counts_and_a_new_answer_has_none() -> None:
    story = (
        answered().tell("2026-04-08T10:00", Rated(stars=1, scale=4)).tell("2026-04-08T11:00", Rated(stars=4, scale=4))
    )
    assert (question(story).run, question(story).stars) == (1, 4)
    story.tell("2026-04-09T10:00", reopened()).tell("2026-04-10T10:00", resolved())
    assert (question(story).run, question(story).stars) == (2, None)


def test_a_closing_without_an_answer_asks_too_but_not_for_a_history() -> None:
    story = Story().tell("2026-04-06T10:00", opened()).tell("2026-04-07T10:00", cases.Closed(by="admin"))
    assert (question(story).opd, question(story).run) == ("triage", 1)
    history = Story().tell("2026-04-06T10:00", opened(history=True, state="closed"))
    assert history.tell("2026-04-07T10:00", cases.Closed(by="admin")).rows == []


def test_a_rating_without_a_question_counts_nowhere() -> None:
    assert Story().tell("2026-04-06T10:00", opened()).tell("2026-04-07T10:00", Rated(stars=4, scale=4)).rows == []


def test_the_csv_has_a_line_for_each_month_opd_and_channel() -> None:
    assert citizens_csv([EVERYBODY, LINE]).splitlines()[1:] == ["2026-03,dishub,whatsapp,2,1,1,1,1,3.25"]
