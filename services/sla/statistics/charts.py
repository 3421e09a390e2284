"""Charts as inline SVG: bars side by side with words and values beside them, without script and style of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import svg

ROW, BAR, LABEL, WIDTH, ROOM = 36, 12, 116, 356, 62

# The most letters of a row's words.
LETTERS = 15


@dataclass(frozen=True, slots=True)
class BarPair:
    """A row with two values and the words at the ends of their bars."""

    label: str
    first: float
    second: float
    first_words: str
    second_words: str


def draw_bars(title: str, legend: tuple[str, str], rows: Sequence[BarPair], name: str) -> str:
    """Draw two bars per row. The first is filled, the second outlined, so that they differ without colour.

    ``name`` is the beginning of the chart's id in the page.
    """
    height = ROW * len(rows) + 34
    most = max((max(row.first, row.second) for row in rows), default=0) or 1.0
    scale = (WIDTH - LABEL - ROOM) / most
    elements: list[svg.Element] = [
        svg.Title(id=f"{name}-judul", text=escape(title)),
        *_legend(legend),
    ]
    for number, row in enumerate(rows):
        top = 34 + number * ROW
        elements.append(_text(LABEL - 8, top + 16, _short(row.label), "end"))
        for offset, value, words, kind in (
            (0, row.first, row.first_words, "full"),
            (BAR + 2, row.second, row.second_words, "line"),
        ):
            long = round(value * scale, 1)
            elements.append(svg.Rect(x=LABEL, y=top + offset, width=max(long, 1), height=BAR, class_=[f"bar-{kind}"]))
            elements.append(_text(LABEL + max(long, 1) + 6, top + offset + 10, words, "start"))
    drawing = svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, WIDTH, height),
        class_=["plot"],
        elements=elements,
        extra={"role": "img", "aria-labelledby": f"{name}-judul"},
    )
    return str(drawing)


def _short(label: str) -> str:
    return label if len(label) <= LETTERS else f"{label[: LETTERS - 1]}…"


def _legend(legend: tuple[str, str]) -> list[svg.Element]:
    return [
        svg.Rect(x=1, y=6, width=14, height=BAR, class_=["bar-full"]),
        _text(21, 16, legend[0], "start"),
        svg.Rect(x=WIDTH / 2, y=6, width=14, height=BAR, class_=["bar-line"]),
        _text(WIDTH / 2 + 20, 16, legend[1], "start"),
    ]


def _text(x: float, y: float, words: str, anchor: str) -> svg.Text:
    return svg.Text(x=x, y=y, text=escape(words), text_anchor="end" if anchor == "end" else "start")
