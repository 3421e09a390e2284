"""The verdict after each attempt to send."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notifier.codes import Channel, Verdict
from services.notifier.rules.retry import (
    CHANNEL_PAUSE,
    MOST_TRIES,
    Finished,
    GiveUp,
    LookFirst,
    NextStep,
    OtherChannel,
    Retry,
    Stop,
    Suppress,
    TriesSoFar,
    backoff,
    decide_next_step,
)
from services.notifier.rules.retry_after import LONGEST_RETRY_AFTER, retry_after
from services.notifier.rules.verdicts import Outcome, smtp_verdict, webhook_verdict
from services.notifier.rules.whatsapp_codes import whatsapp_verdict

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)


def after(
    verdict: Verdict,
    *,
    channel: Channel = Channel.WHATSAPP,
    tries: int = 1,
    trying: timedelta = timedelta(),
    template: str | None = None,
    retry_after: timedelta | None = None,
) -> NextStep:
    return decide_next_step(
        Outcome(verdict, provider_id="wamid.1", retry_after=retry_after),
        TriesSoFar(channel, tries, NOW - trying, template),
        now=NOW,
        jitter=0.0,
        look_for=timedelta(minutes=5),
    )


@pytest.mark.parametrize(
    ("codes", "verdict"),
    [
        ((1, 2, 4, 80007, 130429, 131056, 131000, 131016, 131057, 133004, 133016), Verdict.AGAIN),
        ((131047,), Verdict.USE_TEMPLATE),
        ((131026, 130472, 131064, 130403, 131062), Verdict.OTHER_CHANNEL),
        ((131049,), Verdict.IN_A_DAY),
        ((131048,), Verdict.PAUSE_CHANNEL),
        ((131050,), Verdict.OPTED_OUT),
        ((131051, 131008, 131009, 132005, 132012, 100), Verdict.BROKEN),
        ((132000, 132001, 132007, 132015, 132016, 132018, 131063), Verdict.STOP_TEMPLATE),
        ((131031, 368, 130497, 131042, 0, 3, 10, 190, 200, 210, 299), Verdict.STOP_CHANNEL),
        ((133010, 131005, 131037, 131045, 33, 133000, 133005, 133006, 133015, 803), Verdict.STOP_CHANNEL),
    ],
)
def test_whatsapp_errors_are_judged_by_their_code(codes: tuple[int, ...], verdict: Verdict) -> None:
    assert {whatsapp_verdict(code, 400) for code in codes} == {verdict}


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (500, Verdict.AGAIN),
        (503, Verdict.AGAIN),
        (429, Verdict.AGAIN),
        (400, Verdict.AGAIN),
        (401, Verdict.STOP_CHANNEL),
        (403, Verdict.STOP_CHANNEL),
    ],
)
def test_an_unlisted_code_is_tried_again_unless_the_token_was_refused(status: int, verdict: Verdict) -> None:
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
        (Verdict.ACCEPTED, Finished),
        (Verdict.OTHER_CHANNEL, OtherChannel),
        (Verdict.OPTED_OUT, Suppress),
        (Verdict.BROKEN, GiveUp),
        (Verdict.STOP_CHANNEL, Stop),
    ],
)
def test_the_rest_follows_from_the_verdict(verdict: Verdict, kind: type[NextStep]) -> None:
    assert isinstance(after(verdict), kind)


TEN_SECONDS = Retry(NOW + timedelta(seconds=10))


def test_a_closed_window_on_a_template_is_an_ordinary_failure() -> None:
    assert after(Verdict.USE_TEMPLATE, template="tanggap_x") == TEN_SECONDS
    assert isinstance(after(Verdict.USE_TEMPLATE, template="tanggap_x", tries=MOST_TRIES), GiveUp)


@pytest.mark.parametrize(
    "verdict", sorted(set(Verdict) - {Verdict.ACCEPTED, Verdict.OPTED_OUT, Verdict.OTHER_CHANNEL, Verdict.UNSURE})
)
@pytest.mark.parametrize("template", [None, "tanggap_x"])
@pytest.mark.parametrize("channel", sorted(Channel))
def test_at_the_limit_no_verdict_brings_another_try(verdict: Verdict, template: str | None, channel: Channel) -> None:
    what = after(verdict, tries=MOST_TRIES, template=template, channel=channel)
    assert isinstance(what.then if isinstance(what, Stop) else what, GiveUp | OtherChannel)


def test_a_message_of_which_nothing_is_heard_goes_again_within_the_limits() -> None:
    assert after(Verdict.UNHEARD) == TEN_SECONDS
    assert isinstance(after(Verdict.UNHEARD, tries=MOST_TRIES), GiveUp)
    assert after(Verdict.UNHEARD, channel=Channel.EMAIL) == GiveUp("unsure")


def test_an_account_error_stops_the_channel_even_when_the_message_has_used_up_its_tries() -> None:
    assert after(Verdict.STOP_CHANNEL) == Stop("channel", "stop_channel", None, TEN_SECONDS)
    last = after(Verdict.STOP_CHANNEL, tries=MOST_TRIES)
    assert isinstance(last, Stop)
    assert last.scope == "channel"


def test_a_number_that_sent_too_much_rests_for_an_hour() -> None:
    until = NOW + CHANNEL_PAUSE
    assert after(Verdict.PAUSE_CHANNEL) == Stop("channel", "pause_channel", until, Retry(until))


def test_a_bad_template_stops_that_template_alone() -> None:
    assert after(Verdict.STOP_TEMPLATE, template="tanggap_x") == Stop("template", "stop_template", None, TEN_SECONDS)
    assert after(Verdict.STOP_TEMPLATE) == TEN_SECONDS


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (204, Verdict.ACCEPTED),
        (410, Verdict.STOP_ADDRESS),
        (404, Verdict.REFUSED),
        (401, Verdict.REFUSED),
        (301, Verdict.REFUSED),
        (405, Verdict.REFUSED),
        (429, Verdict.AGAIN),
        (502, Verdict.AGAIN),
        (422, Verdict.BROKEN),
        (413, Verdict.BROKEN),
    ],
)
def test_a_webhooks_answer_tells_a_refused_address_from_a_refused_message(status: int, verdict: Verdict) -> None:
    assert webhook_verdict(status) is verdict


def test_an_address_that_has_gone_is_stopped_at_once_and_the_message_goes_another_way() -> None:
    what = after(Verdict.STOP_ADDRESS, channel=Channel.WEBHOOK)
    assert what == Stop("address", "stop_address", None, OtherChannel("stop_address"))


def test_an_address_that_refuses_is_left_alone_between_the_tries_and_stopped_after_the_last() -> None:
    first = after(Verdict.REFUSED, channel=Channel.WEBHOOK)
    last = after(Verdict.REFUSED, channel=Channel.WEBHOOK, tries=MOST_TRIES)
    assert first == Stop("address", "refused", NOW + timedelta(seconds=10), TEN_SECONDS)
    assert last == Stop("address", "refused", None, OtherChannel("refused"))


@pytest.mark.parametrize(("channel", "scope"), [(Channel.WEBHOOK, "address"), (Channel.WHATSAPP, "channel")])
def test_who_asks_for_time_gets_it_for_every_message(channel: Channel, scope: str) -> None:
    until = NOW + timedelta(minutes=10)
    what = after(Verdict.AGAIN, channel=channel, retry_after=timedelta(minutes=10))
    assert isinstance(what, Stop)
    assert (what.scope, what.until, what.then) == (scope, until, Retry(until))


def test_nobody_can_make_a_whole_channel_rest_for_more_than_an_hour() -> None:
    what = after(Verdict.AGAIN, retry_after=LONGEST_RETRY_AFTER)
    assert what == Stop("channel", "again", NOW + CHANNEL_PAUSE, Retry(NOW + LONGEST_RETRY_AFTER))


def test_a_shorter_wait_than_our_own_changes_nothing_for_the_message() -> None:
    what = after(Verdict.AGAIN, channel=Channel.WEBHOOK, tries=3, retry_after=timedelta(seconds=1))
    assert isinstance(what, Stop)
    assert what.then == Retry(NOW + timedelta(seconds=90))


@pytest.mark.parametrize(
    ("written", "wait"),
    [
        ("600", timedelta(minutes=10)),
        (" 0 ", timedelta()),
        ("Mon, 06 Apr 2026 02:10:00 GMT", timedelta(minutes=10)),
        ("Monday, 06-Apr-26 02:10:00 GMT", timedelta(minutes=10)),
        ("Mon, 06 Apr 2026 01:00:00 GMT", timedelta()),
        ("Mon, 06 Apr 2037 02:00:00 GMT", LONGEST_RETRY_AFTER),
        ("9" * 400, LONGEST_RETRY_AFTER),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("²²", None),
        ("", None),
        (None, None),
        ("Mon, 06 Apr 0001 00:00:00 +1400", timedelta()),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date_within_bounds(written: str | None, wait: timedelta | None) -> None:
    assert retry_after(written, NOW) == wait


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("+6280000000123", Verdict.STOP_CHANNEL),
        ("6280000000123", Verdict.STOP_CHANNEL),
        ("", Verdict.STOP_CHANNEL),
        ("+5351234569", Verdict.OTHER_CHANNEL),
        ("989120000000", Verdict.OTHER_CHANNEL),
        ("+850190000000", Verdict.OTHER_CHANNEL),
    ],
)
def test_a_number_in_a_country_that_may_not_be_written_to_never_stops_the_channel(
    address: str, verdict: Verdict
) -> None:
    assert whatsapp_verdict(130497, 400, address) == verdict
    assert whatsapp_verdict(131031, 400, address) == Verdict.STOP_CHANNEL
