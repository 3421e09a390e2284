"""A referral after it was made: the citizen's tap and consent, and what the desk does with it."""

from datetime import date
from typing import Any

import pytest

from services.router.errors import NoReferral, WrongState
from services.router.rules import commands as c
from services.router.rules import commands_referral
from services.router.rules.fold import fold
from services.router.rules.limits import CaseLimits
from shared.errors import Invalid
from shared.events.cases import Referred, TakenBack
from shared.events.cases_referral import AuthorityAnswered, AuthorityTold
from shared.events.fact import Fact
from shared.events.submissions import CitizenConsented, CitizenObjected
from shared.ids import new_id
from shared.pipeline import Item
from shared.reference.authorities import Authorities, Office
from tests.support.router_cases import assigned, in_triage, refused
from tests.support.router_facts import REFUSE, START, Story, submitted, types

CITY = "Pemerintah Kota Samarinda"
MAIL = "pengaduan@samarinda.example"
TAP = CitizenObjected(channel="web")
CONSENT = CitizenConsented(channel="web")


def proposed(text: str = REFUSE, place: str = "Samarinda", **more: Any) -> Story:
    story = Story()
    story.fold(submitted(text, place=place, **more))
    assert story.case.state == "referred"
    return story


def confirmed(**more: Any) -> Story:
    story = proposed(**more)
    story.fold(commands_referral.ConfirmReferral())
    return story


def told(said: list[Fact]) -> list[AuthorityTold]:
    return [fact for fact in said if isinstance(fact, AuthorityTold)]


def told_by(story: Story) -> str | None:
    return story.case.referral.told if story.case.referral is not None else None


def elsewhere() -> commands_referral.Refer:
    return commands_referral.Refer(
        authority="centre", to="PLN", reason="Lampu itu milik PLN.", next_step="Hubungi PLN 123."
    )


def test_the_rules_refer_as_a_proposal_that_waits_for_a_person_and_no_authority_is_told_yet() -> None:
    story = proposed()
    referral = story.case.referral
    assert referral is not None
    assert (referral.to, referral.proposal, referral.fresh, referral.told) == (CITY, True, True, None)
    assert referral.certainty is not None
    assert referral.certainty >= 0.8
    said = [fact for _, fact in story.said if isinstance(fact, Referred)]
    assert [fact.proposal for fact in said] == [True]
    assert story.types() == ["case.opened", "case.referred"]


def test_below_the_set_certainty_a_person_decides_first_and_the_proposal_is_the_first_candidate() -> None:
    key = new_id()
    item = Item(
        key=key,
        data=submitted(REFUSE, place="Samarinda"),
        actor="citizen",
        at=START,
        id=new_id(),
        keys=(key,),
        topic=None,
    )
    change = fold({key: None}, item, START, limits=CaseLimits(refer_certainty=1.0))
    case = change.states[key]
    assert case is not None
    assert (case.state, case.desk, case.referral) == ("verification", "triage", None)
    assert case.candidates[0].authority == "regency_or_city"
    assert case.reasons[-1] == f"Mungkin urusan {CITY}; kepastiannya di bawah ambang untuk penerusan otomatis."


def test_one_tap_of_the_citizen_brings_a_proposal_back_to_triage() -> None:
    story = proposed().later(days=2)
    said = story.fold(TAP)
    assert said[0] == TakenBack(state="referred", reason="Menurut pelapor ini urusan provinsi.", referred_to=CITY)
    assert [out.actor for out in story.last.events] == ["citizen", "citizen"]
    assert types(said) == ["case.taken_back", "case.triaged"]
    assert (story.case.state, story.case.desk, story.case.referral) == ("verification", "triage", None)


def test_the_tap_also_works_after_a_person_agreed_and_the_authority_reads_that_it_need_not_act() -> None:
    story = confirmed()
    said = story.fold(TAP)
    assert types(said) == ["case.taken_back", "case.authority_told", "case.triaged"]
    assert [(one.what, one.mail, one.text) for one in told(said)] == [("withdrawn", MAIL, None)]


@pytest.mark.parametrize("why", ["second tap", "after 30 days", "a person referred it"])
def test_otherwise_a_tap_is_read_by_a_person_and_nothing_is_lost(why: str) -> None:
    story = proposed()
    if why == "second tap":
        story.fold(TAP)
        story.fold(
            commands_referral.Refer(
                authority="regency_or_city", to=CITY, reason="Jalan kota.", next_step="Hubungi DLH."
            )
        )
    elif why == "after 30 days":
        story.later(days=31)
    else:
        story.fold(elsewhere())
    assert types(story.fold(TAP)) == ["case.replied"]
    assert (story.case.state, story.case.unread) == ("referred", 1)


def test_a_tap_on_a_case_that_goes_on_here_reaches_its_opd() -> None:
    story = assigned()
    assert types(story.fold(TAP)) == ["assignment.snapshot"]
    assert story.case.replies == ("Menurut pelapor ini urusan provinsi.",)


def test_an_agreed_referral_is_mailed_without_a_name_and_with_masked_numbers() -> None:
    story = proposed(f"{REFUSE} Hubungi 0800 0000 1234.", reporter_name="Rahmat", contacts=(new_id(),))
    said = story.fold(commands_referral.ConfirmReferral())
    assert types(said) == ["case.authority_told", "case.referral_confirmed"]
    [mail] = told(said)
    assert (mail.to, mail.mail, mail.what, mail.name, mail.contacts) == (CITY, MAIL, "told", None, ())
    assert mail.text is not None
    assert "[nomor telepon disamarkan]" in mail.text
    assert isinstance(refused(story, commands_referral.ConfirmReferral()), NoReferral)


def test_with_consent_before_or_after_the_mail_name_and_contact_travel() -> None:
    contact = new_id()
    before = proposed(reporter_name="Rahmat", contacts=(contact,))
    assert before.fold(CONSENT) == []
    [mail] = told(before.fold(commands_referral.ConfirmReferral()))
    assert (mail.name, mail.contacts) == ("Rahmat", (contact,))

    after = confirmed(reporter_name="Rahmat", contacts=(contact,))
    [mail] = told(after.fold(CONSENT))
    assert (mail.what, mail.mail, mail.name, mail.contacts, mail.text) == ("person", MAIL, "Rahmat", (contact,), None)
    assert types(after.fold(CONSENT)) == ["case.noted"]


def test_nobody_learns_who_wrote_an_anonymous_complaint() -> None:
    story = proposed(anonim=True, contacts=(new_id(),))
    assert types(story.fold(CONSENT)) == ["case.noted"]
    [mail] = told(story.fold(commands_referral.ConfirmReferral()))
    assert (mail.name, mail.contacts) == (None, ())


def test_an_authority_without_an_address_is_told_by_a_letter_once() -> None:
    story = in_triage()
    story.fold(
        commands_referral.Refer(
            authority="regency_or_city", to="Pemerintah Kabupaten Mahakam Ulu", reason="-", next_step="-"
        )
    )
    assert told_by(story) is None
    [letter] = told(story.fold(commands_referral.NoteLetter()))
    assert (letter.mail, letter.text) == (None, None)
    assert told_by(story) == "letter"
    assert isinstance(refused(story, commands_referral.NoteLetter()), NoReferral)
    # Nobody can be mailed that it need not act.
    assert types(story.fold(c.TakeBack(reason="Jalan provinsi."))) == ["case.taken_back", "case.triaged"]


def test_a_correction_tells_the_right_authority_and_withdraws_from_the_wrong_one() -> None:
    story = confirmed()
    said = story.fold(elsewhere())
    assert types(said) == ["case.authority_told", "case.referred", "case.authority_told"]
    assert [(one.what, one.to) for one in told(said)] == [("withdrawn", CITY), ("told", "PLN")]
    assert isinstance(said[1], Referred)
    assert (said[1].instead_of, said[1].proposal) == (CITY, False)
    assert isinstance(refused(story, elsewhere()), NoReferral)


def test_a_case_that_is_assigned_instead_leaves_its_authority() -> None:
    story = confirmed()
    said = story.fold(c.Assign(opd="dlh", reason="Limbah pabrik."))
    assert types(said) == ["case.taken_back", "case.authority_told", "case.assigned", "assignment.snapshot"]
    assert story.case.referral is None


def test_the_answer_of_the_authority_is_kept_with_its_day_and_never_of_tomorrow() -> None:
    story = confirmed()
    said = story.fold(commands_referral.RecordAnswer(text="Sampah sudah diangkut.", on=START.date()))
    assert said == [AuthorityAnswered(to=CITY, text="Sampah sudah diangkut.", on=START.date())]
    assert story.case.referral is not None
    assert story.case.referral.answered
    assert isinstance(refused(story, commands_referral.RecordAnswer(text="-", on=date(2026, 3, 17))), Invalid)


def test_what_needs_a_referral_is_refused_without_one() -> None:
    story = in_triage()
    for command in (
        commands_referral.ConfirmReferral(),
        commands_referral.NoteLetter(),
        commands_referral.RecordAnswer(text="-", on=START.date()),
    ):
        assert isinstance(refused(story, command), NoReferral)
    assert isinstance(refused(proposed(), commands_referral.NoteLetter()), NoReferral)
    assert isinstance(refused(proposed(), c.AskFromDesk(question="Jalan apa?")), WrongState)


def test_an_installation_tells_the_offices_of_its_own_list() -> None:
    own = Authorities((Office("smd", CITY, (), "lapor@kota.example", ""),))
    story = proposed()
    item = Item(
        key=story.key,
        data=commands_referral.ConfirmReferral(),
        actor="t",
        at=START,
        id=new_id(),
        keys=(story.key,),
        topic=None,
    )
    change = fold({story.key: story.case}, item, START, limits=CaseLimits(authorities=own))
    assert [one.mail for one in told([out.data for out in change.events])] == ["lapor@kota.example"]
