"""The features of texts for training: words and pairs as the served prior counts them, and the letters inside words.

Only training uses this module. scikit-learn and scipy come with the extra `train`, never with the service.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from scipy import sparse

from services.router.learning.trained import grams
from services.router.routing.lexicon import lexicon
from services.router.routing.prior import Weights, words_of
from services.router.routing.tidying import tidy

Matrix = Any
# A word or pair must occur in so many texts. Rarer ones make the model large and say little.
WORD_TEXTS, PAIR_TEXTS = 2, 3
MOST_WORDS, MOST_PAIRS = 30_000, 40_000
# Letters in a row inside a word. They let forms of one word share what they teach.
LETTERS: Final = (3, 4, 5)
MOST_LETTERS: Final = 60_000
# How much letters count beside whole words.
LETTERS_SHARE: Final = 0.5


class Vocabulary:
    """The words and pairs that occur in the texts of training, and the letters inside the words.

    A feature of letters belongs to words only, so what it teaches can be added to the words in the end.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        words: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        for text in texts:
            for one in grams(text):
                (pairs if " " in one else words)[one] += 1
        chosen = [one for one, count in words.most_common(MOST_WORDS) if count >= WORD_TEXTS]
        self.words = len(chosen)
        chosen += [one for one, count in pairs.most_common(MOST_PAIRS) if count >= PAIR_TEXTS]
        self.number_of: Mapping[str, int] = {one: number for number, one in enumerate(chosen)}
        counts = np.array([words[one] or pairs[one] for one in chosen], dtype=float)
        self.rarity = np.log((1 + len(texts)) / (1 + counts)) + 1
        self.letters = self._letters(chosen[: self.words], counts[: self.words], len(texts))

    @staticmethod
    def _letters(words: Sequence[str], counts: Matrix, texts: int) -> Matrix:
        """Return the matrix from words to the letters inside them, weighed by how rare these are."""
        inside: list[list[str]] = []
        often: Counter[str] = Counter()
        for word, count in zip(words, counts, strict=True):
            bounded = f" {word} "
            parts = [bounded[at : at + size] for size in LETTERS for at in range(len(bounded) - size + 1)]
            inside.append(parts)
            for part in set(parts):
                often[part] += int(count)
        number_of = {part: number for number, (part, _) in enumerate(often.most_common(MOST_LETTERS))}
        rows, columns, values = [], [], []
        for row, parts in enumerate(inside):
            for part in parts:
                if part in number_of:
                    rows.append(row)
                    columns.append(number_of[part])
                    values.append(np.log((1 + texts) / (1 + min(often[part], texts))) + 1)
        matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(words), len(number_of)))
        # Each word gets letters of the same weight altogether, so that long words do not outweigh short ones.
        lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1 if matrix.nnz else np.ones(len(words))
        lengths[lengths == 0] = 1
        return sparse.diags(1 / lengths) @ matrix

    def matrix(self, texts: Sequence[Sequence[str]]) -> Matrix:
        """Return a row for each text: its words and pairs, then its letters, divided by the root of their number."""
        starts, columns = [0], []
        for text in texts:
            columns += [self.number_of[one] for one in grams(text, self.number_of)]
            starts.append(len(columns))
        sizes = np.diff(starts)
        share = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes)
        shape = (len(texts), len(self.number_of))
        plain = sparse.csr_matrix((share, columns, starts), shape=shape)
        whole = plain @ sparse.diags(self.rarity)
        letters = (
            (plain[:, : self.words] @ self._scaled_letters()) if self.words else sparse.csr_matrix((len(texts), 0))
        )
        return sparse.hstack([whole, letters], format="csr")

    def _scaled_letters(self) -> Matrix:
        return sparse.diags(self.rarity[: self.words] * LETTERS_SHARE) @ self.letters

    def fold(self, weights: Matrix) -> Matrix:
        """Return weights of words and pairs alone, with what the letters inside each word teach added to the word."""
        size = len(self.number_of)
        plain = weights[:size] * self.rarity[:, None]
        if self.words:
            plain[: self.words] += self._scaled_letters() @ weights[size:]
        return plain


def words_of_all(texts: Sequence[str], older: int) -> list[list[str]]:
    """Return the words of each text as the service counts them: tidied, and unusual ones in their usual spelling.

    ``older``: how many of the first texts say which words are usual. The newest must not teach anything.
    """
    tables = lexicon()
    tidied = [tidy(text, tables.place_starts) for text in texts]
    often: Counter[str] = Counter()
    for text in tidied[:older]:
        often.update(set(words_of(text)))
    usual: dict[str, Weights] = {word: () for word, count in often.items() if count >= WORD_TEXTS}
    return [words_of(text, tables.normaliser.__getitem__, usual) for text in tidied]
