"""A reader of just enough PromQL to find the series that an expression selects and the labels by which it groups."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<range>\[[^\]]*\])|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)|(?P<operator>=~|!~|!=|[-+*/%^<>=]=?|[(){},])|\s+"""
)
_GROUPING = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_WORDS = frozenset({"and", "or", "unless", "bool", "offset"})


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on a label: `status=~"5.."`."""

    label: str
    operator: str
    value: str

    def accepts(self, value: str) -> bool:
        """Return whether a series with this value matches."""
        exact = self.operator in ("=", "!=")
        same = value == self.value if exact else re.fullmatch(self.value, value) is not None
        return same != self.operator.startswith("!")


@dataclass(frozen=True, slots=True)
class Selector:
    """One metric's name with its conditions."""

    metric: str
    matchers: tuple[Matcher, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """The selectors and the grouping labels of an expression."""

    selectors: tuple[Selector, ...]
    grouped_by: frozenset[str]


def read(text: str) -> Expression:
    """Parse an expression. Raise ValueError for a text that cannot be split into tokens of PromQL."""
    tokens = _tokens(text)
    selectors, grouped = list[Selector](), set[str]()
    place = 0
    while place < len(tokens):
        kind, word = tokens[place]
        after = tokens[place + 1][1] if place + 1 < len(tokens) else ""
        place += 1
        if kind != "name" or word in _WORDS:
            continue
        if word in _GROUPING:
            end = _closing(tokens, place, ")")
            grouped |= {name for kind, name in tokens[place:end] if kind == "name"}
            place = end + 1
        elif after == "{":
            end = _closing(tokens, place, "}")
            selectors.append(Selector(word, tuple(_matchers(tokens[place + 1 : end]))))
            place = end + 1
        elif after != "(" and after not in _GROUPING:
            selectors.append(Selector(word, ()))
    return Expression(tuple(selectors), frozenset(grouped))


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ValueError(f"no PromQL at {text[place : place + 20]!r}")
        place = match.end()
        if match.lastgroup:
            found.append((match.lastgroup, match.group()))
    return found


def _closing(tokens: list[tuple[str, str]], place: int, bracket: str) -> int:
    while tokens[place][1] != bracket:
        place += 1
    return place


def _matchers(tokens: list[tuple[str, str]]) -> list[Matcher]:
    words = [word for _, word in tokens if word != ","]
    return [Matcher(words[at], words[at + 1], words[at + 2][1:-1]) for at in range(0, len(words), 3)]
