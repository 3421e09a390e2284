"""The report on a training, as text and as one HTML page with plots. The page needs no other file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from services.router.learning.measures import NEEDLESS_TRIAGE, WRONG_DESK
from services.router.learning.plots import confusion_plot, cost_plot, reliability_plot
from services.router.learning.training import Training

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse}th,td{padding:.2rem .6rem;border-bottom:1px solid #ccc;text-align:right}"
    "th:first-child,td:first-child{text-align:left}svg{max-width:100%;height:auto}.wide{overflow-x:auto}"
)
_COSTS: Final = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


def as_text(training: Training) -> str:
    """Return the report as plain text."""
    lines = [*_summary(training), ""]
    measures = training.measures
    lines.append("reliability: stated probability, share of right ones, texts")
    lines += [f"  {one.stated:.2f}  {one.right:.2f}  {one.texts}" for one in measures.bins]
    lines.append(f"cost, with {WRONG_DESK:g} days for a wrong desk and {NEEDLESS_TRIAGE:g} for a needless triage:")
    lines += [
        f"  from {one.threshold:.2f}: automatic {one.automatic:.2f}, of these wrong {one.wrong:.3f}, days {one.days:.2f}"
        for one in measures.costs
        if round(one.threshold, 2) in _COSTS
    ]
    lines.append("label: texts, said, right, F1")
    lines += [f"  {one.label}: {one.cases}, {one.called}, {one.hits}, {one.f1:.3f}" for one in measures.labels]
    lines.append("confusion, the most frequent: true label -> said label, texts")
    mixed = [row for row in measures.confusion if row[0] != row[1]][:15]
    lines += [f"  {truth} -> {said}  {count}" for truth, said, count in mixed]
    return "\n".join(lines) + "\n"


def _summary(training: Training) -> list[str]:
    samples, measures = training.samples, training.measures
    order = "by time" if samples.timed else "in the order of the rows, as most have no readable time"
    sizes = " + ".join(map(str, training.slices))
    lines = [
        f"samples {len(samples.rows)}, split {order}: {sizes} (teach + choose + judge; the first two teach the model)",
        *(f"left out or changed: {count} with {what}" for what, count in samples.left_out.items()),
        f"method: {training.chosen.method}",
        *(f"  tried {name}: {share:.3f} right on the choosing slice" for name, share in training.chosen.tried.items()),
        f"on the newest {measures.cases}: accuracy {measures.accuracy:.3f}, macro-F1 {measures.macro_f1:.3f}",
        f"  in the first three {measures.top_3:.3f}, calibration error {measures.calibration_error:.3f}",
    ]
    known = training.model.prior.classes
    unknown = [one.label for one in measures.labels if one.label not in known]
    if unknown:
        lines.append(f"labels with too few older texts to learn, all counted as wrong: {', '.join(unknown)}")
    compared = training.comparison
    if compared is None:
        lines.append("The labels lead to none of our topics, so this model cannot be put in force. See --topics.")
        return lines
    lines.append(f"whole decisions on the newest {compared.decided} of these {compared.newest}:")
    for name, one in ((compared.present, compared.old), ("this model", compared.new)):
        lines.append(
            f"  {name}: right first {one.right:.3f}, automatic {one.automatic:.3f},"
            f" automatic and wrong {one.wrong:.3f}, days {one.days:.2f}"
        )
    lines.append("better than the present model: " + ("yes" if compared.better else "no"))
    return lines


def as_html(training: Training, name: str) -> str:
    """Return the report as one page."""
    measures = training.measures
    labels = ((one.label, str(one.cases), str(one.called), str(one.hits), f"{one.f1:.3f}") for one in measures.labels)
    summary = "".join(f"<li>{escape(line.strip())}</li>" for line in _summary(training))
    parts = [
        f"<h1>Model {escape(name)}</h1><ul>{summary}</ul>",
        "<h2>Reliability</h2>" + reliability_plot(measures.bins),
        _table(
            ("Stated", "Right", "Texts"), ((f"{b.stated:.2f}", f"{b.right:.2f}", str(b.texts)) for b in measures.bins)
        ),
        f"<h2>Cost by threshold</h2><p>{WRONG_DESK:g} days for a wrong desk, {NEEDLESS_TRIAGE:g} for a needless triage."
        "</p>" + cost_plot(measures.costs),
        _table(
            ("Threshold", "Automatic", "Wrong of these", "Days"),
            ((f"{c.threshold:.2f}", f"{c.automatic:.2f}", f"{c.wrong:.3f}", f"{c.days:.2f}") for c in measures.costs),
        ),
        "<h2>Confusion</h2>" + confusion_plot(measures.confusion),
        "<h2>Labels</h2>" + _table(("Label", "Texts", "Said", "Right", "F1"), labels),
    ]
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Model {escape(name)}</title><style>{_STYLE}</style>"
    )
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
