"""The names of OPDs of their time: the citizen's timeline and the figures of a past month."""

from datetime import UTC, date, datetime

from services.intake.api.sentences import sentence
from services.intake.state import TimelineEntry
from services.sla.labels import owner_name
from services.sla.statistics.period import end_of
from tests.support.registry import TODAY, holding, renamed

OLD, NEW = "Dinas Kelautan dan Perikanan", "Dinas Perikanan"


def test_the_citizens_timeline_keeps_the_name_of_its_time() -> None:
    with holding(renamed("dkp", TODAY, name=NEW), date(2027, 2, 1)):
        before = TimelineEntry(at=datetime(2026, 12, 31, 15, tzinfo=UTC), what="assigned", params={"opd": "dkp"})
        after = before.with_(at=datetime(2026, 12, 31, 16, tzinfo=UTC))
        # Sixteen hours in UTC is midnight in WITA, at which the new name begins.
        assert sentence(before) == f"Aduan diteruskan ke {OLD}."
        assert sentence(after) == f"Aduan diteruskan ke {NEW}."


def test_the_figures_of_a_past_month_keep_the_name_of_its_last_day_and_later_ones_have_todays() -> None:
    with holding(renamed("dkp", date(2027, 3, 1), name=NEW), date(2027, 2, 1)):
        assert owner_name("dkp", end_of(date(2027, 3, 1))) == OLD
    with holding(renamed("dkp", TODAY, name=NEW), date(2027, 2, 1)):
        assert owner_name("dkp", end_of(date(2026, 12, 1))) == OLD
        assert owner_name("dkp", end_of(date(2027, 1, 1))) == NEW
        assert owner_name("dkp") == NEW
