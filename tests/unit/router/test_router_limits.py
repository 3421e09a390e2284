"""However much is said on a case, its snapshots, its row and its events stay within stated sizes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.rules import commands as c
from services.router.rules.acts import DESK_ROOM
from services.router.rules.limits import ALLOWANCE, KEPT_REPLY_BYTES, MAX_FOLLOWERS
from services.router.rules.snapshot import ATTACHMENTS, MAX_BYTES, REPLIES
from shared.events.fact import Attachment
from shared.events.opd import Assignment, UpdateProgressed, UpdateRefused
from shared.events.submissions import CitizenDisputed, CitizenReplied, CitizenWithdrew
from shared.ids import new_id
from shared.shortening import MARKER, json_size, shortened
from tests.support.router_cases import DISDIKBUD, SAYS, assigned, in_triage, refused, resolved
from tests.support.router_facts import Story, submitted, types

LETTER = "é" * 20_000  # 40 kB
WORST = ["é" * 20_000, "😀" * 20_000, '"' * 20_000, "\n" * 20_000, "\x01" * 20_000]


def snapshots(story: Story) -> list[Assignment]:
    return [fact for _, fact in story.said if isinstance(fact, Assignment)]


def size(fact: object) -> int:
    return len(fact.model_dump_json().encode())  # type: ignore[attr-defined]


def test_twenty_six_replies_of_forty_kilobytes_leave_a_case_that_can_be_withdrawn() -> None:
    story = assigned()
    for _ in range(26):
        story.fold(CitizenReplied(text=LETTER, channel="web"))
    assert max(size(one) for one in snapshots(story)) < MAX_BYTES
    assert "case.archived" in types(story.fold(CitizenWithdrew(channel="web")))


@pytest.mark.parametrize("text", WORST, ids=["two bytes", "four bytes", "quotes", "newlines", "control"])
def test_no_text_makes_a_snapshot_larger_than_is_stated(text: str) -> None:
    story = Story()
    attachments = tuple(Attachment(id=str(new_id()), sha256="0" * 64, type="image/jpeg", size=1) for _ in range(300))
    story.fold(
        submitted(text=text, title=text[:500], place=text, topic=text, reporter_name=text, attachments=attachments)
    )
    if story.case.desk is not None:
        story.fold(c.Assign(opd=DISDIKBUD, reason=text))
    for _ in range(15):
        story.fold(CitizenReplied(text=text, channel="web", attachments=attachments))
    story.later(days=1).fold(c.Resolve(opd=story.case.opd or "", answer=SAYS + text[len(SAYS) :]))
    story.fold(CitizenDisputed(reason=text, channel="web"))
    assert len(snapshots(story)) >= 17
    assert max(size(one) for one in snapshots(story)) <= MAX_BYTES
    assert max(size(fact) for _, fact in story.said) < 400_000
    assert json_size(story.case) < 3_000_000


def test_a_snapshot_says_what_it_leaves_out_and_where_the_whole_is() -> None:
    story = assigned()
    for number in range(25):
        story.fold(CitizenReplied(text=f"{number} {'a' * (20 if number else 9_000)}", channel="web"))
    last = snapshots(story)[-1]
    assert (len(last.replies), last.replies_left_out, last.whole) == (REPLIES, 15, f"/v1/cases/{story.case.ticket}")
    assert [reply.split()[0] for reply in last.replies] == [str(number) for number in range(15, 25)]
    assert snapshots(story)[1].replies[0].endswith(MARKER)
    assert len(story.case.replies) == 25
    assert story.case.replies[0].endswith("a" * 9_000)


def test_a_short_case_is_told_whole() -> None:
    story = assigned()
    story.fold(CitizenReplied(text="Di kelas tiga.", channel="web"))
    last = snapshots(story)[-1]
    assert (last.replies, last.replies_left_out, last.attachments_left_out, last.whole) == (
        ("Di kelas tiga.",),
        0,
        0,
        None,
    )


def test_a_case_of_older_code_counts_the_replies_that_it_holds() -> None:
    story = assigned()
    story.states[story.key] = story.case.with_(replies=tuple(str(number) for number in range(12)))
    story.fold(CitizenReplied(text="baru", channel="web"))
    assert (snapshots(story)[-1].replies_left_out, story.case.replied) == (3, 13)


def test_a_hundred_acts_cost_a_hundred_times_one_and_not_its_square() -> None:
    story = assigned()
    sums = []
    for _ in range(100):
        story.later(days=1).fold(CitizenReplied(text="x" * 3_000, channel="web"))
        sums.append(sum(size(fact) for _, fact in story.said))
    first, second = sums[49] - sums[19], sums[99] - sums[69]
    assert second <= first * 1.01


def test_the_row_keeps_the_last_replies_within_its_bound() -> None:
    story = assigned()
    for number in range(150):
        story.fold(CitizenReplied(text=f"{number} {LETTER[:19_000]}", channel="web"))
    assert sum(json_size(reply) for reply in story.case.replies) <= KEPT_REPLY_BYTES
    assert story.case.replies[-1].startswith("149 ")
    assert story.case.replied == 150


def test_attachments_are_bounded_in_snapshot_and_row() -> None:
    story = assigned()
    for number in range(500):
        file = Attachment(id=str(number), sha256="0" * 64, type="image/jpeg", size=1)
        story.fold(CitizenReplied(text="foto", channel="web", attachments=(file,)))
    last = snapshots(story)[-1]
    assert len(last.attachments) == ATTACHMENTS
    assert last.attachments[-1].id == "499"
    assert len(story.case.attachments) == 200
    assert last.attachments_left_out == 150


def test_an_opd_that_says_too_much_is_told_and_changes_nothing() -> None:
    story = assigned()
    for _ in range(ALLOWANCE.acts_a_day):
        story.fold(c.Progress(opd=DISDIKBUD, text="Sedang dikerjakan."))
    refusal = refused(story, c.Progress(opd=DISDIKBUD, text="Sedang dikerjakan."))
    assert (refusal.code, refusal.status) == ("too_many_acts", 429)
    assert 0 < refusal.retry_after <= 86_400  # type: ignore[attr-defined]
    story.fold(c.Resolve(opd=DISDIKBUD, answer="Guru pengganti sudah mengajar sejak Senin."))
    assert story.case.state == "resolved"


def test_the_next_day_has_its_own_allowance() -> None:
    story = assigned()
    for _ in range(ALLOWANCE.acts_a_day):
        story.fold(c.Progress(opd=DISDIKBUD, text="Sedang dikerjakan."))
    refused(story.later(hours=13), c.Progress(opd=DISDIKBUD, text="Lanjut."))  # 23.00 WITA
    story.later(hours=1).fold(c.Progress(opd=DISDIKBUD, text="Lanjut."))


@pytest.mark.parametrize("text", ["a" * 5_000, "é" * 5_000])
def test_bytes_count_as_acts_do(text: str) -> None:
    story = assigned()
    fit = ALLOWANCE.bytes_a_day // (len(text.encode()) + len(DISDIKBUD))
    for _ in range(fit):
        story.fold(c.Progress(opd=DISDIKBUD, text=text))
    assert refused(story, c.Progress(opd=DISDIKBUD, text=text)).code == "too_many_acts"


def test_the_whole_allowance_ends_too_and_a_desk_still_decides() -> None:
    story = assigned()
    for number in range(ALLOWANCE.acts):
        if number % 40 == 0:
            story.later(days=1)
        story.fold(c.Progress(opd=DISDIKBUD, text="Sedang dikerjakan."))
    assert "batas seluruh" in refused(story.later(days=1), c.Progress(opd=DISDIKBUD, text="x")).words
    story.fold(c.Archive(reason="other"))
    assert story.case.state == "archived"


def test_on_its_topic_an_opd_gets_the_refusal_as_a_reply() -> None:
    story = assigned()
    update = UpdateProgressed(assignment_id=story.case.assignment_id, text="Kerja.")  # type: ignore[arg-type]
    for _ in range(ALLOWANCE.acts_a_day):
        story.update(update)
    said = story.update(update)
    assert [fact.code for fact in said if isinstance(fact, UpdateRefused)] == ["too_many_acts"]
    assert "case.progressed" not in types(said)


def test_what_another_opd_sends_uses_nothing_up() -> None:
    story = assigned()
    update = UpdateProgressed(assignment_id=story.case.assignment_id, text="Kerja.")  # type: ignore[arg-type]
    for _ in range(ALLOWANCE.acts_a_day + 1):
        story.update(update, opd="dishub")
    assert story.case.acts is None
    story.fold(c.Progress(opd=DISDIKBUD, text="Sedang dikerjakan."))


def test_a_desk_has_more_room_and_an_end() -> None:
    story = in_triage()
    for _ in range(ALLOWANCE.acts_a_day * DESK_ROOM):
        story.fold(c.Reclassify(reason="uji", priority="urgent"))
    assert refused(story, c.Reclassify(reason="uji")).code == "too_many_acts"


def test_a_case_that_too_many_follow_takes_no_more() -> None:
    story, other = resolved(), new_id()
    story.fold(submitted(ticket="KT-0000-0000-X"), key=other)
    story.states[other] = story.states[other].with_(followers=tuple(new_id() for _ in range(MAX_FOLLOWERS)))  # type: ignore[union-attr]
    story.states[story.key] = story.case.with_(contacts=(new_id(),))
    assert refused(story, c.Merge(into=other), keys=(story.key, other)).code == "cannot_merge"


@given(st.text(max_size=400), st.integers(min_value=40, max_value=900))
def test_a_shortened_text_fits_and_a_text_that_fits_is_left_alone(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert json_size(short) <= limit
    if json_size(text) <= limit:
        assert short == text
    else:
        assert short.endswith(MARKER)
        assert text.startswith(short.removesuffix(MARKER))


def test_a_snapshot_is_what_the_contract_says() -> None:
    story = assigned()
    for _ in range(12):
        story.fold(CitizenReplied(text="Sudah seminggu.", channel="web"))
    body = json.loads(snapshots(story)[-1].model_dump_json())
    assert (body["replies_left_out"], body["whole"]) == (2, "/v1/cases/KT-7F3K-9Q2M-X")
