"""The language of documents: lines that fit a screen, and sentences that a reader can hold."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
WIDEST = 120
LONGEST = 25
ITEM = re.compile(r"\s*(?:[*-]|\d+\.) ")
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def prose(text: str) -> str:
    """Return a page without its blocks of code."""
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def paragraphs(text: str) -> Iterator[str]:
    """Yield each paragraph, item of a list and cell of a table. A span of code or a link counts as its words."""
    parts: list[str] = [""]
    for line in prose(text).splitlines():
        if line.startswith("|"):
            parts += [*line.split("|"), ""]
        elif not line.strip() or line.startswith("#"):
            parts.append("")
        elif ITEM.match(line):
            parts.append(ITEM.sub("", line, count=1))
        else:
            parts[-1] += f" {line.strip()}"
    for part in parts:
        yield re.sub(r"`[^`]*`", "code", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", part))


def long_sentences(text: str) -> list[str]:
    sentences = (one for part in paragraphs(text) for one in re.split(r"(?<=[.!?:;])\s+", part))
    return [one for one in sentences if len(one.split()) > LONGEST]


@every_page
def test_every_line_outside_tables_and_code_fits_a_screen(page: Path) -> None:
    lines = prose(page.read_text(encoding="utf-8")).splitlines()
    assert [line for line in lines if len(line) > WIDEST and not line.startswith("|")] == []


@every_page
def test_no_sentence_is_longer_than_a_reader_can_hold(page: Path) -> None:
    assert long_sentences(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("one " * 25, 0),
        ("one " * 26, 1),
        (f"{'one ' * 20}\n{'two ' * 20}", 1),
        (f"{'one ' * 20}end. {'two ' * 20}end.", 0),
        (f"* {'one ' * 20}\n* {'two ' * 20}", 0),
        (f"| {'one ' * 20}| {'two ' * 20}|", 0),
        (f"```\n{'one ' * 40}\n```", 0),
        (f"`{'one ' * 40}`", 0),
    ],
)
def test_a_long_sentence_is_found(text: str, found: int) -> None:
    assert len(long_sentences(text)) == found
