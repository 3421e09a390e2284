"""The mapping from SP4N's free-text Kategori to our topics, for the certain cases."""

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final

from shared.reference import topics

_TABLE: Final = Path(__file__).parent / "categories.csv"
_OTHER: Final = "lainnya terkait "
_PARTS: Final = re.compile(r"[/()>;|]+")


def topic_of(category: str | None) -> str | None:
    """Return our topic for a category of SP4N. Return None if the table has no single topic; then the text decides."""
    if category is None:
        return None
    name = _fold_name(category).removeprefix(_OTHER)
    table = topics_by_category()
    if name in table:
        return table[name] or None
    named = {table[part] for part in map(_fold_name, _PARTS.split(name)) if table.get(part)}
    return named.pop() if len(named) == 1 else None


def _fold_name(name: str) -> str:
    return " ".join(name.split()).casefold()


def topics_by_category() -> dict[str, str]:
    """Return the topic of every known category by its folded name. The topic is empty for a category without one."""
    ours = {_fold_name(label): code for code, label in topics().items()} | {code: code for code in topics()}
    return ours | _categories()


@cache
def _categories() -> dict[str, str]:
    """Return the topics of the categories of our table."""
    lines = [line for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {_fold_name(row["category"]): row["topic"] for row in csv.DictReader(lines)}
