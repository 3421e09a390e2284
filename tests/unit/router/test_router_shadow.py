"""The shadow: a candidate is counted beside the model in force, shown to the desk, and never carried out."""

from functools import partial

import pytest
from prometheus_client import CollectorRegistry

from services.router.api.views_shadow import as_shadow_page
from services.router.learning import shadow as module
from services.router.learning.shadow import Shadow
from services.router.metrics import ShadowCounter
from services.router.routing.calibration import Calibration
from services.router.routing.model import Model, shipped
from services.router.rules.fold import fold
from services.router.store import StoredCase
from shared.events.catalogue import SUBMISSIONS
from shared.events.fact import Fact
from shared.ids import new_id
from shared.pipeline import Item
from tests.support.router_cases import assigned
from tests.support.router_facts import REFUSE, SCHOOL, START, UNCLEAR, from_sp4n, submitted

# A candidate that lets a person decide everything.
TIMID = shipped()._replace(name="timid", calibration=Calibration(((0.0, 0.0), (1.0, 1.0)), {}, {}, ""))


def item(fact: Fact) -> Item:
    key = new_id()
    return Item(id=new_id(), key=key, keys=(key,), data=fact, at=START, actor="citizen", topic=SUBMISSIONS)


def counted(model: Model, *facts: Fact) -> dict[tuple[str, str, str], float]:
    """Return the counts after these facts, by outcome in force, outcome of the shadow, and whether they agree."""
    registry = CollectorRegistry()
    shadow = Shadow(fold, model)
    shadow.counter = ShadowCounter(registry)
    for fact in facts:
        one = item(fact)
        change = shadow.fold({one.key: None}, one, START)
        assert change == fold({one.key: None}, one, START)
    samples = [one for metric in registry.collect() for one in metric.samples if one.name.endswith("_total")]
    return {(one.labels["live"], one.labels["shadow"], one.labels["agrees"]): one.value for one in samples}


def test_each_decision_is_counted_beside_the_one_in_force() -> None:
    assert counted(shipped(), submitted(), submitted(UNCLEAR)) == {
        ("assign", "assign", "yes"): 1,
        ("triage", "triage", "yes"): 1,
    }
    assert counted(TIMID, submitted(), submitted(REFUSE, place="Samarinda")) == {
        ("assign", "triage", "no"): 1,
        ("refer", "triage", "no"): 1,
    }


def test_a_case_that_no_rule_decided_is_not_counted() -> None:
    assert counted(TIMID, from_sp4n(status="closed", status_text="Ditutup oleh Sistem")) == {}


def test_a_candidate_that_fails_keeps_no_complaint_from_its_case(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise KeyError("a class without a number")

    monkeypatch.setattr(module, "decide", fails)
    assert counted(TIMID, submitted()) == {("assign", "failed", "no"): 1}


def test_the_model_in_force_decides() -> None:
    one = item(submitted(SCHOOL))
    change = partial(fold, model=TIMID)({one.key: None}, one, START)
    assert [type(out.data).TYPE for out in change.events] == ["case.opened", "case.triaged"]


def test_the_page_names_what_would_go_elsewhere_with_numbers_masked() -> None:
    case = assigned(f"{SCHOOL} hubungi 0800 0000 0123").case
    page = as_shadow_page([StoredCase(new_id(), case)], shipped(), TIMID)
    assert (page["shadow"], page["model"], page["compared"], page["same"], page["differ"]) == (
        "timid",
        "model bawaan",
        1,
        0,
        1,
    )
    assert page["table"][0] == ("Ditugaskan", [0, 1, 0])
    (row,) = page["rows"]
    assert row["ticket"] == case.ticket
    assert "0800" not in row["line"]
    assert row["live"].startswith("Ditugaskan")
    assert row["other"].startswith("Diputuskan petugas")


def test_an_erased_case_is_left_out() -> None:
    case = assigned().case.with_(erased=True)
    assert as_shadow_page([StoredCase(new_id(), case)], shipped(), TIMID)["compared"] == 0
