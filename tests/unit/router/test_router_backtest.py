"""The backtest: recorded complaints are decided again, here and by another checkout, and the differences are priced."""

from pathlib import Path

import pytest

from services.router.learning import backtest
from services.router.routing import decide
from services.router.routing.explanation import as_json
from services.router.routing.model import shipped


def test_a_checkout_that_fails_is_named(tmp_path: Path) -> None:
    for package in ("services", "services/router"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "services/router/__main__.py").write_text("raise SystemExit('a table is wrong')", encoding="utf-8")
    recorded = [backtest.Recorded("KT-1", "Lampu jalan padam", None, None)]
    with pytest.raises(backtest.Failed, match="a table is wrong"):
        backtest.decide_there(recorded, tmp_path, "shipped", tmp_path)


def test_the_backtest_says_what_goes_elsewhere_and_what_it_costs() -> None:
    here = Path(__file__).parents[3]
    recorded = [
        backtest.Recorded("KT-1", "Guru SMAN 5 Samarinda sering bolos", None, "disdikbud"),
        backtest.Recorded("KT-2", "Sampah menumpuk di Bontang", None, None),
    ]
    old = backtest.decide_here(recorded, shipped())
    assert old == backtest.decide_there(recorded, here, "shipped", Path())
    open_one = "mohon ditindaklanjuti secepatnya pak"
    with_category = [backtest.Recorded("KT-3", open_one, None, None, category="refuse", given_to="Dinas Kesehatan")]
    replayed = backtest.decide_here(with_category, shipped())
    assert replayed == backtest.decide_there(with_category, here, "shipped", Path())
    assert replayed == [as_json(decide(open_one, category="refuse", given_to="Dinas Kesehatan"))]
    triage = {"outcome": "triage", "opd": None, "body": None}
    lines = list(backtest.lines(backtest.pair(recorded, old, [triage, old[1]]), 10))
    assert lines[0] == "complaints 2; would go elsewhere 1"
    assert lines[1].split() == ["1", "disdikbud", "->", "triage"]
    assert lines[2].endswith(": 0 -> 1")
    assert lines[3] == "KT-1  disdikbud -> triage  taken up by disdikbud"
