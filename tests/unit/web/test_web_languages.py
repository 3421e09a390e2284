"""Every refusal has an English title, and every one that a page can show an Indonesian message of its own."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

from services.intake.errors import TooManyActs
from services.router import errors as router
from services.router.rules.help_refusals import PartsMissing
from shared.errors import Refused, Unsure
from shared.web.sessions import FormExpired

ROOT = Path(__file__).parents[3]
INDONESIAN: Final = frozenset(
    {
        "aduan",
        "anda",
        "atau",
        "belum",
        "berkas",
        "dan",
        "dengan",
        "harus",
        "ini",
        "itu",
        "kabar",
        "kedua",
        "kiriman",
        "kunci",
        "lagi",
        "masih",
        "pada",
        "penugasan",
        "periksa",
        "pilih",
        "sedang",
        "sudah",
        "terlalu",
        "tidak",
        "tulis",
        "untuk",
        "yang",
    }
)
ENGLISH: Final = frozenset(
    {
        "a",
        "an",
        "cannot",
        "for",
        "has",
        "is",
        "it",
        "must",
        "no",
        "not",
        "of",
        "only",
        "that",
        "the",
        "there",
        "this",
        "to",
        "was",
        "with",
    }
)
# Refusals whose constructor writes the message from values.
WRITTEN: Final[dict[type[Refused], Callable[[], Refused]]] = {
    router.WrongState: lambda: router.WrongState("assigned"),
    router.StaleRevision: lambda: router.StaleRevision(7),
    router.PutOffDate: lambda: router.PutOffDate(date(2026, 3, 17), date(2026, 5, 15)),
    router.PutOffTooOften: lambda: router.PutOffTooOften(3),
    PartsMissing: lambda: PartsMissing(["dishub", "dinkes"]),
}
# The notifier has no pages.
WITH_PAGES: Final = ("shared", "services.intake", "services.router", "services.sla")


def modules() -> Iterator[str]:
    """Yield the modules that define a refusal."""
    for path in sorted(path for folder in ("services", "shared") for path in (ROOT / folder).rglob("*.py")):
        if re.search(
            r"^class \w+\((?:Refused|Invalid|NotFound|Forbidden|TooMany|Unavailable)", path.read_text(), re.MULTILINE
        ):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts)


def kinds(kind: type[Refused] = Refused) -> Iterator[type[Refused]]:
    """Yield the kinds of refusals below this one."""
    for one in kind.__subclasses__():
        if one.__module__.startswith(("shared.", "services.")):
            yield one
            yield from kinds(one)


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


for name in modules():
    import_module(name)
KINDS: Final = sorted(set(kinds()), key=lambda kind: (kind.__module__, kind.__name__))
SHOWN: Final = [kind for kind in KINDS if kind.__module__.startswith(WITH_PAGES)]


def identity(kind: type[Refused]) -> str:
    return f"{kind.__module__}.{kind.__name__}"


def test_every_refusal_of_the_product_is_found() -> None:
    assert {"NothingHere", "WrongState", "ChangedMeanwhile", "NotGivenUpError", "FormExpired", "NewerState"} <= {
        kind.__name__ for kind in KINDS
    }


@pytest.mark.parametrize("kind", [Refused, *KINDS], ids=identity)
def test_every_title_is_one_english_sentence_of_its_own(kind: type[Refused]) -> None:
    title = (kind.__dict__["__doc__"] or "").strip().splitlines()[0]
    assert title.endswith(".")
    assert words(title) & ENGLISH
    assert not words(title) & (INDONESIAN - ENGLISH)


@pytest.mark.parametrize("kind", SHOWN, ids=identity)
def test_every_refusal_that_a_page_can_show_has_an_indonesian_message(kind: type[Refused]) -> None:
    told = WRITTEN[kind]().own_message if kind in WRITTEN else kind.message
    assert told is not None
    assert words(told) & INDONESIAN
    assert not words(told) & (ENGLISH - INDONESIAN)
    assert told[0].isupper()
    assert told.endswith(".")


@pytest.mark.parametrize("kind", [kind for kind in SHOWN if kind.__module__.startswith("services")], ids=identity)
def test_no_refusal_of_a_service_borrows_the_message_of_the_kernel(kind: type[Refused]) -> None:
    own = [one for one in inspect.getmro(kind) if one.__module__.startswith("services")]
    assert kind in WRITTEN or any("message" in one.__dict__ for one in own)


@pytest.mark.parametrize(
    ("refusal", "part"),
    [
        (TooManyActs("day", 60), "untuk hari ini"),
        (TooManyActs("total", 60), "kirim aduan baru"),
        (router.TooManyCaseActs("day", 60), "besok secara ringkas"),
        (router.TooManyCaseActs("total", 60), "batas seluruh tindakan"),
        (router.WrongState("awaiting_citizen"), "“menunggu keterangan pelapor”"),
        (FormExpired(), "Muat ulang halaman"),
        (Unsure(), "mungkin sudah diterima"),
    ],
)
def test_the_message_says_what_happened_and_the_detail_is_english(refusal: Any, part: str) -> None:
    assert part in refusal.words
    assert not words(refusal.detail) & (INDONESIAN - ENGLISH)
