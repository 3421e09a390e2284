"""What follows a try."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notifier.kinds import Channel
from services.notifier.rules.retry import (
    MOST_TRIES,
    Done,
    GiveUp,
    LookFirst,
    Next,
    OtherChannel,
    Outcome,
    Retry,
    StopChannel,
    Suppress,
    Verdict,
    backoff,
    follow,
    smtp_verdict,
    whatsapp_verdict,
)

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)


def after(verdict: Verdict, *, channel: Channel = Channel.WHATSAPP, tries: int = 1, trying: timedelta = timedelta()) -> Next:
    return follow(
        Outcome(verdict, provider_id="wamid.1"),
        channel=channel,
        tries=tries,
        first_try=NOW - trying,
        now=NOW,
        jitter=0.0,
        look_for=timedelta(minutes=5),
    )


@pytest.mark.parametrize(
    ("codes", "verdict"),
    [
        ((4, 80007, 130429, 131056, 131000, 131016, 131057, 133016), Verdict.AGAIN),
        ((131047,), Verdict.USE_TEMPLATE),
        ((131026,), Verdict.OTHER_CHANNEL),
        ((131049,), Verdict.IN_A_DAY),
        ((131050,), Verdict.OPTED_OUT),
        ((131051, 132000, 132001, 132007, 132016), Verdict.BROKEN),
        ((131031, 368, 130497, 131042, 0, 3, 10, 190, 200, 210, 299), Verdict.STOP_CHANNEL),
    ],
)
def test_whatsapp_errors_are_judged_by_their_code(codes: tuple[int, ...], verdict: Verdict) -> None:
    assert {whatsapp_verdict(code, 400) for code in codes} == {verdict}


@pytest.mark.parametrize(
    ("status", "verdict"), [(500, Verdict.AGAIN), (503, Verdict.AGAIN), (429, Verdict.AGAIN), (400, Verdict.BROKEN)]
)
def test_an_unlisted_code_is_judged_by_the_http_status(status: int, verdict: Verdict) -> None:
    assert whatsapp_verdict(999_999, status) is verdict


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (250, Verdict.ACCEPTED),
        (451, Verdict.AGAIN),
        (535, Verdict.STOP_CHANNEL),
        (550, Verdict.OTHER_CHANNEL),
        (501, Verdict.BROKEN),
    ],
)
def test_smtp_answers_are_judged_by_their_class(code: int, verdict: Verdict) -> None:
    assert smtp_verdict(code) is verdict


def test_waits_grow_to_an_hour() -> None:
    assert [backoff(tries, 0.0).total_seconds() for tries in (1, 2, 3, 7, 30)] == [10, 30, 90, 3600, 3600]


def test_chance_makes_a_wait_longer_by_a_fifth_at_most() -> None:
    assert backoff(1, 0.999) < timedelta(seconds=12)


def test_a_passing_fault_is_tried_again() -> None:
    assert after(Verdict.AGAIN) == Retry(NOW + timedelta(seconds=10))


def test_after_its_limit_of_tries_a_message_is_given_up() -> None:
    assert isinstance(after(Verdict.AGAIN, tries=MOST_TRIES), GiveUp)


def test_after_a_day_of_trying_a_message_is_given_up() -> None:
    assert isinstance(after(Verdict.AGAIN, tries=3, trying=timedelta(hours=24)), GiveUp)


def test_a_closed_window_means_the_approved_template_at_once() -> None:
    assert after(Verdict.USE_TEMPLATE) == Retry(NOW, as_template=True)


def test_too_many_messages_to_a_person_means_a_day_of_waiting() -> None:
    assert after(Verdict.IN_A_DAY) == Retry(NOW + timedelta(hours=24))


def test_an_unanswered_whatsapp_message_is_looked_for_first() -> None:
    assert after(Verdict.UNSURE) == LookFirst(NOW + timedelta(minutes=5))


def test_an_unanswered_mail_is_left_to_a_person() -> None:
    assert after(Verdict.UNSURE, channel=Channel.EMAIL) == GiveUp("unsure")


def test_an_unanswered_webhook_is_repeated() -> None:
    assert isinstance(after(Verdict.UNSURE, channel=Channel.WEBHOOK), Retry)


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        (Verdict.ACCEPTED, Done),
        (Verdict.OTHER_CHANNEL, OtherChannel),
        (Verdict.OPTED_OUT, Suppress),
        (Verdict.BROKEN, GiveUp),
        (Verdict.STOP_CHANNEL, StopChannel),
    ],
)
def test_the_rest_follows_from_the_verdict(verdict: Verdict, kind: type[Next]) -> None:
    assert isinstance(after(verdict), kind)
