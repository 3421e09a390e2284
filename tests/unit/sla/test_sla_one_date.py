"""One and the same date stands on the page, in the mail and in the WhatsApp message."""

import re
from typing import Any

import pytest

from services.notifier.codes import Audience, Channel
from shared.events import cases
from shared.words import day_words, instant_words
from tests.support.sla_story import (
    asked,
    assigned,
    at,
    declined,
    opened,
    progressed,
    put_off,
    reclassified,
    reopened,
    resolved,
)
from tests.support.told_story import PERSON, Told

DATE = re.compile(r"(?:Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu), \d+ \w+ \d{4}(?: pukul \d\d\.\d\d WITA)?")
URGENT: dict[str, Any] = {"priority": "urgent"}


def filed(**more: Any) -> Told:
    return Told().tell("2026-04-06T09:00", opened(contacts=(PERSON,), **more))


def given(**more: Any) -> Told:
    return filed(**more).tell("2026-04-06T10:00", assigned(**more))


def taken_back() -> cases.TakenBack:
    return cases.TakenBack(state="assigned", opd="dishub", reason="Jalan itu jalan provinsi.")


STORIES = {
    "filed": (filed(), instant_words(at("2026-04-09T16:00"))),
    "filed, urgent": (filed(**URGENT), instant_words(at("2026-04-06T10:00"))),
    "assigned": (given(), instant_words(at("2026-04-13T16:00"))),
    "assigned, urgent": (given(**URGENT), instant_words(at("2026-04-06T14:00"))),
    "assigned, then urgent": (
        given().tell("2026-04-06T10:05", reclassified(priority="urgent")),
        instant_words(at("2026-04-06T14:00")),
    ),
    "answered": (given().tell("2026-04-07T09:00", progressed()), instant_words(at("2026-04-24T16:30"))),
    "answered, urgent": (
        given(**URGENT).tell("2026-04-06T11:00", progressed()),
        instant_words(given(**URGENT).due("resolve")),
    ),
    "asked": (given().tell("2026-04-07T09:00", asked()), instant_words(at("2026-04-21T16:00"))),
    "put off": (given().tell("2026-04-07T09:00", put_off("2026-04-20")), day_words(at("2026-04-20T00:00"))),
    "put off less long": (
        given().tell("2026-04-07T09:00", put_off("2026-05-20")).tell("2026-04-07T09:05", put_off("2026-04-20")),
        day_words(at("2026-04-20T00:00")),
    ),
    "resolved": (given().tell("2026-04-07T09:00", resolved()), instant_words(at("2026-04-21T16:00"))),
    "reopened": (
        given().tell("2026-04-07T09:00", resolved()).tell("2026-04-08T09:00", reopened()),
        instant_words(at("2026-04-15T16:00")),
    ),
    "taken back": (given().tell("2026-04-08T09:00", taken_back()), instant_words(at("2026-04-09T16:00"))),
    "given to another": (
        given().tell("2026-04-08T09:00", declined()).tell("2026-04-08T10:00", assigned("dlh")),
        instant_words(at("2026-04-15T16:00")),
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_page_mail_and_message_name_the_same_date(name: str) -> None:
    story, date = STORIES[name]
    newest = story.of_audience(Audience.CITIZEN)[-1:]
    mail, message = story.message(Channel.EMAIL, newest), story.message(Channel.WHATSAPP, newest)
    approved = DATE.findall(" ".join(message.approved.params))
    assert DATE.findall(story.page) == [date]
    assert set(DATE.findall(mail.text)) == {date}
    assert set(DATE.findall(message.text)) == {date}
    assert set(approved) <= {date}


def test_an_urgent_answer_is_never_due_after_its_solution() -> None:
    for story, _ in STORIES.values():
        runs = {run.clock: run.due_at for run in story.case.runs if run.live}
        if {"respond", "resolve"} <= runs.keys() and story.case.priority == "urgent":
            assert runs["respond"] <= runs["resolve"]
