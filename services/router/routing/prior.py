"""The learned prior: for each word, how much more often it occurs in complaints of one class than in all.

This is the interface on which training builds. Stable are `Prior` with its fields, `Prior.log_odds`,
`Prior.weighed_most`, `words_of`, `write_prior` and `read_prior`. A prior that is trained on one's own data is one more
value of `Prior`. Its classes are whatever its labels name, and ``class_of`` says to which class each topic belongs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest
from pathlib import Path
from typing import Final

# The weights of one word or pair: (number of the class, log-odds). Classes without a weight say nothing.
Weights = tuple[tuple[int, float], ...]

# A pair of neighbouring words says more than each of them. It counts that many times as much for the words it covers.
PAIR: Final = 2.0
# So many words and pairs of a text count, those that say most. A long letter has many words that say little.
MOST: Final = 20
# Words beyond this number are hardly about the matter, and the work per text stays bounded.
LONGEST: Final = 400
_WORD: Final = re.compile(r"[a-z]+")


@dataclass(frozen=True, eq=False)
class Prior:
    """The evidence for what a text is about, before any table is asked.

    ``classes``: names of the classes. ``base``: for each class, the logarithm of its share among all complaints.
    ``weights``: by word, or pair of words with a blank between, the log-odds for classes.
    ``class_of``: by topic (`shared/reference/topics.csv`) its class. A topic without a class gets no evidence.
    """

    classes: tuple[str, ...]
    base: tuple[float, ...]
    weights: Mapping[str, Weights]
    class_of: Mapping[str, str]

    @cached_property
    def number_of(self) -> dict[str, int]:
        """Return for each topic with a class the number of that class."""
        numbers = {name: number for number, name in enumerate(self.classes)}
        return {topic: numbers[name] for topic, name in self.class_of.items() if name in numbers}

    def log_odds(self, words: Sequence[str]) -> list[float]:
        """Return for each class the log-odds of a text, without ``base``.

        Each word counts once, and through all that covers it: itself and the pairs on its left and right. Their mean
        is taken, because a pair repeats what its words say. Only the ``MOST`` that say most count.
        """
        scores = [0.0] * len(self.classes)
        found = list(self._found(words))
        if len(found) > MOST:
            found = nlargest(MOST, found, key=self._says)
        for _, share, weights in found:
            for number, weight in weights:
                scores[number] += weight * share
        return scores

    @cached_property
    def _strengths(self) -> dict[str, float]:
        """Return for each word and pair the greatest of its weights."""
        return {text: max(abs(weight) for _, weight in weights) for text, weights in self.weights.items()}

    def _says(self, found: tuple[str, float, Weights]) -> float:
        return self._strengths[found[0]] * found[1]

    def weighed_most(self, words: Sequence[str], number: int, count: int = 3) -> tuple[str, ...]:
        """Return the words and pairs that spoke most for a class, the strongest first."""
        found: dict[str, float] = {}
        for text, share, weights in self._found(words):
            for at, weight in weights:
                if at == number and weight > 0:
                    found[text] = found.get(text, 0.0) + weight * share
        best = sorted(found, key=lambda text: -found[text])
        # A pair that holds a word already named, or is held by one, would only repeat it.
        chosen: list[str] = []
        for text in best:
            if not any(set(text.split()) & set(other.split()) for other in chosen):
                chosen.append(text)
        return tuple(chosen[:count])

    def _found(self, words: Sequence[str]) -> Iterator[tuple[str, float, Weights]]:
        """Yield each known word or pair with the share with which it counts. A word counts at its first place only."""
        known = self.weights
        seen: set[str] = set()
        left: Weights | None = None
        last = len(words) - 1
        for at, word in enumerate(words):
            right = known.get(f"{word} {words[at + 1]}") if at < last else None
            if word not in seen:
                seen.add(word)
                own = known.get(word)
                total = (own is not None) + PAIR * ((left is not None) + (right is not None))
                if own is not None:
                    yield word, 1.0 / total, own
                if left is not None:
                    yield f"{words[at - 1]} {word}", PAIR / total, left
                if right is not None:
                    yield f"{word} {words[at + 1]}", PAIR / total, right
            left = right


def words_of(
    text: str, spelt: Callable[[str], str] | None = None, known: Mapping[str, Weights] | None = None
) -> list[str]:
    """Return the words of a text as the prior counts them: lower case, letters only.

    ``spelt`` gives the usual spelling of a word. It is asked only for words that are not in ``known``.
    """
    words: list[str] = _WORD.findall(text.lower())[:LONGEST]
    if spelt is None:
        return words
    return [word if known and word in known else spelt(word) or word for word in words]


def write_prior(path: Path, prior: Prior, note: str) -> None:
    """Write a prior as lines of JSON: a head, then a line for each word. ``note`` says from what it was made."""
    head = {
        "note": note,
        "classes": prior.classes,
        "base": prior.base,
        "class_of": dict(sorted(prior.class_of.items())),
    }
    lines = [json.dumps(head, ensure_ascii=False)]
    lines += [f"{text}\t{_packed(weights)}" for text, weights in sorted(prior.weights.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_prior(path: Path) -> Prior:
    """Read a prior that `write_prior` wrote."""
    lines: Iterable[str] = path.read_text(encoding="utf-8").splitlines()
    rows = iter(lines)
    head = json.loads(next(rows))
    weights: dict[str, Weights] = {}
    for row in rows:
        text, _, packed = row.partition("\t")
        numbers = iter(packed.split())
        weights[text] = tuple((int(number), int(weight) / 100) for number, weight in zip(numbers, numbers, strict=True))
    return Prior(tuple(head["classes"]), tuple(head["base"]), weights, head["class_of"])


def _packed(weights: Weights) -> str:
    """Return weights as numbers of classes and hundredths."""
    return " ".join(f"{number} {round(weight * 100)}" for number, weight in weights)
