"""Inputs that no person types are refused where they enter, each by its own words."""

from __future__ import annotations

import time
from datetime import date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from services.intake.api.models import SubmissionIn
from services.notifier.api.routes_messages import read_position
from services.router.api.models import PutOffIn
from services.sla.api.routes_statistics import First
from services.sla.api.views_clocks import read_cursor
from services.sla.policy import BadPoliciesError, read_policies
from shared.clean import whole_number
from shared.errors import Invalid
from shared.web.inputs import bounded_day, bounded_instant
from shared.web.keys import well_formed
from shared.web.signing import Signing
from shared.worktime import BadCalendarError, parse_calendar

UUID_1 = "00000000-0000-0000-0000-000000000001"


@pytest.mark.parametrize("written", ["²²²²", "٣٤", "-1", "", "1e3", "9" * 5000, " 1", "1_000", "0x1"])
def test_only_plain_digits_are_a_number(written: str) -> None:
    assert whole_number(written) is None


def test_plain_digits_are_a_number() -> None:
    assert whole_number("2026", digits=4) == 2026


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1999, 12, 31), date(2200, 1, 1), date(9999, 12, 31)])
def test_a_day_lies_within_bounds(day: date) -> None:
    with pytest.raises(ValueError, match="2000 to 2199"):
        bounded_day(day)


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-16T10:00:00"])
def test_an_instant_lies_within_bounds_and_has_an_offset(written: str) -> None:
    with pytest.raises(ValueError, match="must"):
        bounded_instant(datetime.fromisoformat(written))


@pytest.mark.parametrize("filed_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_doors_take_no_date_out_of_bounds(filed_at: str) -> None:
    for model, document in (
        (SubmissionIn, {"text": "Lampu padam", "filed_at": filed_at}),
        (PutOffIn, {"until": filed_at[:10], "reason": "Menunggu"}),
    ):
        with pytest.raises(ValidationError):
            model.model_validate(document)
    with pytest.raises(ValidationError):
        TypeAdapter(First).validate_python(filed_at[:10])
    with pytest.raises(Invalid):
        read_position(f"{filed_at}~{UUID_1}")


@pytest.mark.parametrize("due", ["9" * 30, "-" + "9" * 30, "²", "", "9" * 5000])
def test_a_cursor_that_no_list_gave_is_refused(due: str) -> None:
    with pytest.raises(Invalid):
        read_cursor(f"{due}_{UUID_1}")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "a = " + "[" * 100_000,
        "a" + ".a" * 50_000 + " = 1",
        '{"a":' * 50_000,
        "x = " + "9" * 5000,
        "zone = ''",
        "years = [inf, 1]",
    ],
)
def test_rules_that_no_person_writes_are_refused_in_words_and_at_once(text: str) -> None:
    began = time.process_time()
    with pytest.raises(BadCalendarError):
        parse_calendar(text)
    with pytest.raises(BadPoliciesError):
        read_policies(text)
    assert time.process_time() - began < 5


def test_secrets_of_any_characters_are_compared() -> None:
    signing = Signing(b"rahasia")
    for what in ("²²\xff\ud800", "", "a", "a.b.c", "\x00" * 300):
        assert not signing.fits("csrf", "a", what)
        assert signing.open("session", what, lasts_s=60) is None
    assert not well_formed("tg_\x00_a_00000000")
