"""Helpers and their parts when the lead changes, and when the case ends, goes on or is erased."""

from typing import Any

import pytest

from services.router.rules import commands as c
from services.router.rules import commands_help, commands_referral
from shared.events.cases_helpers import HelperAdded
from shared.events.submissions import CitizenDisputed, CitizenWithdrew, SubmissionErased
from tests.support.router_cases import DISDIKBUD, in_triage
from tests.support.router_facts import Story, submitted
from tests.support.router_helpers import ANSWER, DISHUB, PART, TASK, ended, helped, helper_of, snapshots


def test_helpers_are_added_before_there_is_a_lead_and_a_helper_that_becomes_the_lead_helps_no_longer() -> None:
    story = in_triage()
    story.fold(commands_help.AddHelper(helper=DISHUB, task=TASK))
    assert [fact.lead for _, fact in story.said if isinstance(fact, HelperAdded)] == [None]
    story.fold(c.Assign(opd=DISHUB))
    assert ended(story) == [(DISHUB, "lead")]
    assert [one.withdrawn for one in snapshots(story, DISHUB)] == [True, False]
    assert story.case.left_without(None) == ()


def test_helpers_and_parts_stay_when_the_lead_changes() -> None:
    story = helped(DISHUB, "dinkes")
    story.fold(commands_help.Contribute(opd="dinkes", text=PART))
    story.fold(c.Decline(opd=DISDIKBUD, reason="Bukan wewenang kami."))
    assert (story.case.opd, [one.opd for one in story.case.missing]) == (None, [DISHUB])
    story.fold(commands_help.Contribute(opd=DISHUB, text=PART))
    story.fold(c.Assign(opd="diskominfo"))
    [leads] = snapshots(story, "diskominfo")
    assert [part.text for part in leads.parts] == [PART, PART]


def withdraw(story: Story) -> None:
    story.fold(CitizenWithdrew(channel="web"))


def archive(story: Story) -> None:
    story.fold(c.Archive(reason="other"))


def refer(story: Story) -> None:
    story.fold(
        commands_referral.Refer(
            authority="centre", to="Kementerian", reason="Bukan urusan provinsi.", next_step="Tunggu."
        )
    )


def merge(story: Story) -> None:
    other = Story()
    other.fold(submitted())
    story.states[other.key] = other.case
    story.fold(c.Merge(into=other.key), keys=(story.key, other.key))


@pytest.mark.parametrize("end", [withdraw, archive, refer, merge])
def test_every_end_of_the_case_ends_the_help_and_withdraws_the_assignments(end: Any) -> None:
    story = helped()
    end(story)
    assert story.case.missing == ()
    assert ended(story) == [(DISHUB, "ended")]
    assert [one.withdrawn for one in snapshots(story, DISHUB)] == [True]


def test_an_erasure_withdraws_the_help_and_the_given_parts_without_a_word_of_them() -> None:
    story = helped(DISHUB, "dinkes")
    story.fold(commands_help.Contribute(opd="dinkes", text=PART))
    story.fold(SubmissionErased())
    assert story.case.erased
    assert story.case.helpers == ()
    for code in (DISHUB, "dinkes"):
        [last] = snapshots(story, code)
        assert (last.withdrawn, last.text, last.task) == (True, None, None)


def test_a_reopened_case_begins_with_the_lead_alone_and_keeps_the_parts() -> None:
    story = helped()
    story.fold(commands_help.Contribute(opd=DISHUB, text=PART))
    story.fold(c.Resolve(opd=DISDIKBUD, answer=ANSWER))
    story.fold(CitizenDisputed(reason="Belum selesai.", channel="web"))
    assert (story.case.state, story.case.missing) == ("in_progress", ())
    assert [(one.part, one.round) for one in story.case.helpers] == [(PART, 1)]
    story.fold(commands_help.AddHelper(helper=DISHUB, task="Periksa sekali lagi."))
    assert helper_of(story).round == 2
