"""The routing under another registry: a successor gets the work, and a topic without an OPD goes to a person."""

from services.router.routing import decide
from services.router.routing.agency_names import find_agency
from shared.reference.registry import table_on
from tests.support.registry import TODAY, holding, merged, renamed, without_topic

FISH = "Bantuan kapal nelayan dari provinsi tidak kunjung datang, nelayan kami tidak bisa melaut"


def test_a_complaint_goes_to_the_opd_of_the_files() -> None:
    decision = decide(FISH)
    assert (decision.outcome, decision.opd, decision.topic) == ("assign", "dkp", "fishery")


def test_a_complaint_of_a_merged_opd_goes_to_its_successor_and_the_reason_names_it() -> None:
    decision = decide(FISH, registry=table_on(merged("dkp", "dptph"), TODAY))
    assert (decision.outcome, decision.opd) == ("assign", "dptph")
    assert any("Dinas Pangan, Tanaman Pangan dan Hortikultura" in reason for reason in decision.reasons)


def test_the_reason_names_a_renamed_opd_by_its_new_name() -> None:
    decision = decide(FISH, registry=table_on(renamed("dkp", TODAY, name="Dinas Perikanan"), TODAY))
    assert decision.opd == "dkp"
    assert any("urusan Dinas Perikanan." in reason for reason in decision.reasons)


def test_a_complaint_of_a_topic_without_an_opd_goes_to_a_person_with_the_reason() -> None:
    decision = decide(FISH, registry=table_on(without_topic("fishery"), TODAY))
    assert (decision.outcome, decision.opd, decision.topic) == ("triage", None, "fishery")
    assert any("belum punya OPD" in reason for reason in decision.reasons)
    assert all(one.opd != "dkp" for one in decision.alternatives)


def test_another_systems_name_leads_to_the_opd_under_each_name_that_it_had_and_to_its_successor() -> None:
    with holding(renamed("dkp", TODAY, name="Dinas Perikanan", short_name="Diskan")):
        assert find_agency("Dinas Perikanan Provinsi Kalimantan Timur") == "dkp"
        assert find_agency("Dinas Kelautan dan Perikanan") == "dkp"
    with holding(merged("dkp", "dptph")):
        assert find_agency("Dinas Kelautan dan Perikanan") == "dptph"
    with holding(merged("dkp", None)):
        assert find_agency("Dinas Kelautan dan Perikanan") is None
