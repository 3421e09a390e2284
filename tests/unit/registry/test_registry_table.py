"""The registry on a day: what holds, what held, who took over, and whose work a topic is."""

from datetime import date

from services.router.registry.checking import without_office
from services.router.routing.matters import load
from services.router.routing.offices import routed_opds
from shared.reference import shipped
from shared.reference.registry import Registry, table_on
from tests.support.registry import TODAY, merged, renamed, without_topic

BEFORE = date(2026, 12, 31)


def test_the_files_name_for_each_topic_the_opd_that_the_routing_names() -> None:
    opds = {matter.code: next((b.opd for b in matter.branches if b.opd), None) for matter in load()[0]}
    assert {row.code: row.opd for row in shipped().topics} == opds


def test_a_new_name_holds_from_its_day_on_and_the_old_one_stays_readable() -> None:
    registry = renamed("dkp", TODAY, name="Dinas Perikanan")
    assert table_on(registry, BEFORE).opds["dkp"].name == "Dinas Kelautan dan Perikanan"
    after = table_on(registry, TODAY)
    assert after.opds["dkp"].name == "Dinas Perikanan"
    old = after.opd_on("dkp", BEFORE)
    assert old is not None
    assert old.name == "Dinas Kelautan dan Perikanan"


def test_a_merged_opd_works_until_its_last_day_and_then_its_successor_does() -> None:
    registry = merged("dkp", "dptph")
    before, after = table_on(registry, BEFORE), table_on(registry, TODAY)
    assert (before.offices["fishery"], before.ended()) == ("dkp", {})
    assert (after.offices["fishery"], after.ended()) == ("dptph", {"dkp": "dptph"})
    assert after.standing("dkp") == "dptph"
    assert after.opds["dkp"].name == "Dinas Kelautan dan Perikanan"


def test_a_successor_that_was_merged_too_leads_on_to_the_last_one() -> None:
    first = merged("dkp", "dptph")
    rows = tuple(
        row.model_copy(update={"valid_to": date(2027, 5, 31), "successor": "disbun"}) if row.code == "dptph" else row
        for row in first.opds
    )
    registry = Registry(3, rows, first.topics)
    assert table_on(registry, TODAY).standing("dkp") == "dptph"
    assert table_on(registry, date(2027, 6, 1)).standing("dkp") == "disbun"


def test_successors_that_lead_in_a_circle_lead_to_nobody() -> None:
    first = merged("dkp", "dptph")
    rows = tuple(
        row.model_copy(update={"valid_to": BEFORE, "successor": "dkp"}) if row.code == "dptph" else row
        for row in first.opds
    )
    assert table_on(Registry(3, rows, first.topics), TODAY).standing("dkp") is None


def test_a_topic_of_the_province_without_an_opd_is_named_and_others_are_not() -> None:
    routed = routed_opds()
    assert without_office(table_on(shipped(), TODAY), routed) == ()
    assert without_office(table_on(without_topic("fishery"), TODAY), routed) == ("fishery",)
    assert without_office(table_on(merged("dkp", None), TODAY), routed) == ("fishery",)
    assert without_office(table_on(merged("dkp", "dptph"), TODAY), routed) == ()
