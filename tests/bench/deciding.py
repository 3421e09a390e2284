"""Figure of the routing decision alone: texts per second on one core, without Kafka and Postgres."""

from __future__ import annotations

import time

from services.router.routing import decide
from services.router.routing.lexicon import lexicon
from services.router.routing.model import shipped
from tests.bench.stage import Report, median
from tests.bench.texts import texts

RUNS = 5
ROUNDS = 20
GOAL = 2_000


def measure(report: Report) -> None:
    """Measure five runs after one that fills the caches. Processor time counts, not the time of the clock."""
    began = time.process_time()
    lexicon()
    shipped()
    loaded = time.process_time() - began
    said = texts() * ROUNDS
    rates = []
    for run in range(RUNS + 1):
        began = time.process_time()
        for text, place in said:
            decide(text, place)
        if run:
            rates.append(len(said) / (time.process_time() - began))
    report.add(
        "routing decision, texts/s per core",
        texts=len(said),
        runs=RUNS,
        characters=sum(len(text) for text, _ in said) / len(said),
        rate=median(rates),
        rate_min=min(rates),
        tables_and_model_loaded_s=loaded,
        goal=GOAL,
    )
