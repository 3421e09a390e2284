"""Every code that a message may name has its Indonesian words."""

from typing import get_args

from services.notifier.labels import ARCHIVED_LABELS, CLOCK_PHRASES
from shared.events.cases import Archived
from shared.events.fact import Clock


def test_every_clock_has_its_words() -> None:
    assert set(CLOCK_PHRASES) == set(get_args(Clock))


def test_every_reason_of_an_archived_case_has_its_words() -> None:
    assert set(ARCHIVED_LABELS) == set(get_args(Archived.model_fields["reason"].annotation))
