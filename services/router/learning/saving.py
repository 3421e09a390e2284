"""The saving of a trained model as a new version, with its report."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from services.router.learning.report import as_html, as_text
from services.router.learning.training import Training
from services.router.learning.versions import FACTS
from services.router.routing.calibration import write_calibration
from services.router.routing.prior import write_prior


def hash_of(paths: Iterable[Path]) -> str:
    """Return the SHA-256 of the bytes of files, one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def save(folder: Path, training: Training, data: str, at: datetime) -> str:
    """Save a trained model as a new version, and return its name. ``data``: the hash of its data."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = {path.name for path in folder.iterdir()}
    plain = f"{at:%Y%m%d}-{data[:8]}"
    name = next(
        one for number in range(1, 1_000) if (one := plain if number == 1 else f"{plain}-{number}") not in taken
    )
    half = folder / f".{name}"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    note = f"Trained on labelled complaints, data {data[:16]}"
    write_prior(half / "prior.tsv", training.model.prior, note)
    write_prior(half / "prior_level.tsv", training.model.levels, note)
    write_calibration(half / "calibration.json", training.model.calibration)
    facts = _facts(name, training, data, at)
    (half / FACTS).write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (half / "report.txt").write_text(as_text(training), encoding="utf-8")
    (half / "report.html").write_text(as_html(training, name), encoding="utf-8")
    # The folder appears whole or not at all.
    half.rename(folder / name)
    return name


def _facts(name: str, training: Training, data: str, at: datetime) -> dict[str, Any]:
    measures, comparison = training.measures, training.comparison
    return {
        "version": name,
        "trained_at": at.isoformat(),
        "data_sha256": data,
        "samples": len(training.samples.rows),
        "slices": training.slices,
        "left_out": dict(training.samples.left_out),
        "method": training.chosen.method,
        "tried": dict(training.chosen.tried),
        "accuracy": round(measures.accuracy, 4),
        "macro_f1": round(measures.macro_f1, 4),
        "top_3": round(measures.top_3, 4),
        "calibration_error": round(measures.calibration_error, 4),
        "compared_with": comparison.present if comparison else None,
        "present": comparison.old._asdict() if comparison else None,
        "new": comparison.new._asdict() if comparison else None,
        "better": comparison.better if comparison else False,
    }
