"""The plots of a report as inline SVG, without script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Final

import svg

from services.router.learning.measures import OTHERS, Bin, Cost

SIZE, EDGE = 320, 40
_BLUE: Final = "#0b5cad"
_GREY: Final = "#767676"


def reliability_plot(bins: Sequence[Bin]) -> str:
    """Draw the share of right ones over the stated probability. On the diagonal a probability is what it says."""
    most = max((one.texts for one in bins), default=1)
    elements: list[svg.Element] = [
        *_axes("stated probability", "share of right ones"),
        svg.Line(x1=_x(0), y1=_y(0), x2=_x(1), y2=_y(1), stroke=_GREY, stroke_dasharray=[4, 4]),
        svg.Polyline(points=_points([(b.stated, b.right) for b in bins]), fill="none", stroke=_BLUE, stroke_width=2),
    ]
    for one in bins:
        radius = 3 + 7 * (one.texts / most) ** 0.5
        elements.append(svg.Circle(cx=_x(one.stated), cy=_y(one.right), r=round(radius, 1), fill=_BLUE))
    return _drawn(elements, SIZE, SIZE, "Reliability diagram")


def cost_plot(costs: Sequence[Cost]) -> str:
    """Draw the cost in days over the threshold."""
    most = max((one.days for one in costs), default=0.0) or 1.0
    points = _points([(one.threshold, one.days / most) for one in costs])
    elements: list[svg.Element] = [
        *_axes("threshold", f"days for each complaint (top: {most:.2f})", top=""),
        svg.Polyline(points=points, fill="none", stroke=_BLUE, stroke_width=2),
    ]
    return _drawn(elements, SIZE, SIZE, "Cost by threshold")


def confusion_plot(confusion: Sequence[tuple[str, str, int]]) -> str:
    """Draw a cell for each true label (row) and said label (column). The darker, the more of the row it has."""
    totals: Counter[str] = Counter()
    for truth, _, count in confusion:
        totals[truth] += count
    order = [name for name, _ in totals.most_common() if name != OTHERS]
    order += [OTHERS] if any(OTHERS in (truth, said) for truth, said, _ in confusion) else []
    counts = {(truth, said): count for truth, said, count in confusion}
    cell, left, top = 26, 190, 120
    elements: list[svg.Element] = []
    for row, truth in enumerate(order):
        y = top + row * cell
        elements.append(_words(left - 8, y + 17, truth[:26], "end"))
        turned = svg.Rotate(-50, left + row * cell + 13, top - 8)
        elements.append(_words(left + row * cell + 13, top - 8, truth[:16], "start", turned))
        for column, said in enumerate(order):
            count = counts.get((truth, said), 0)
            share = count / totals[truth] if totals[truth] else 0.0
            x = left + column * cell
            elements.append(
                svg.Rect(x=x, y=y, width=cell - 1, height=cell - 1, fill=_BLUE, fill_opacity=round(share, 3))
            )
            if count:
                colour = "#fff" if share > 0.5 else "#1a1a1a"
                elements.append(
                    svg.Text(x=x + 13, y=y + 17, text=str(count), text_anchor="middle", font_size=10, fill=colour)
                )
    side = len(order) * cell
    return _drawn(
        elements, left + side + 80, top + side + 10, "Confusion table: rows are true labels, columns said ones"
    )


def _x(share: float) -> float:
    return round(EDGE + share * (SIZE - 2 * EDGE), 1)


def _y(share: float) -> float:
    return round(SIZE - EDGE - share * (SIZE - 2 * EDGE), 1)


def _points(values: Sequence[tuple[float, float]]) -> list[svg.Point]:
    return [svg.Point(_x(x), _y(y)) for x, y in values]


def _axes(below: str, beside: str, top: str = "1") -> list[svg.Element]:
    return [
        svg.Line(x1=_x(0), y1=_y(0), x2=_x(1), y2=_y(0), stroke=_GREY),
        svg.Line(x1=_x(0), y1=_y(0), x2=_x(0), y2=_y(1), stroke=_GREY),
        _words(_x(0), _y(0) + 16, "0", "end"),
        _words(_x(1), _y(0) + 16, "1", "end"),
        _words(_x(0) - 6, _y(1) + 4, top, "end"),
        _words(_x(0.5), _y(0) + 30, below, "middle"),
        _words(_x(0), _y(1) - 14, beside, "start"),
    ]


def _words(x: float, y: float, text: str, anchor: str, turned: svg.Rotate | None = None) -> svg.Text:
    sides = {"start": "start", "middle": "middle", "end": "end"}
    return svg.Text(
        x=x,
        y=y,
        text=escape(text),
        text_anchor=sides[anchor],  # type: ignore[arg-type]  # the library names the three words as a type
        font_size=12,
        transform=[turned] if turned else None,
    )


def _drawn(elements: list[svg.Element], width: float, height: float, title: str) -> str:
    drawing = svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, width, height),
        width=width,
        height=height,
        elements=[svg.Title(text=escape(title)), *elements],
        extra={"role": "img", "aria-label": title},
    )
    return str(drawing)
