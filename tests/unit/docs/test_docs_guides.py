"""The guides of docs/panduan name buttons, addresses and pictures that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs/panduan"
GUIDES = sorted(FOLDER.glob("*.md"))
TEMPLATES = [
    *(path for part in ("services", "shared") for path in (ROOT / part).rglob("*.html")),
    *(ROOT / "services").rglob("api/*.py"),
    *(ROOT / "services").rglob("labels.py"),
    ROOT / "services/router/accounts/model.py",
    ROOT / "shared/labels.py",
]
# What a guide sets in bold to explain bold type.
EXPLAINED = {"tebal"}
every_guide = pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)


def shown_words() -> str:
    """Return the words of all templates and labels, in lower case, since a label may begin a line."""
    return " ".join("\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES).casefold().split())


def routes() -> str:
    """Return the code in which the routes of the pages stand."""
    return "\n".join(
        path.read_text(encoding="utf-8") for part in ("services", "shared/web") for path in (ROOT / part).rglob("*.py")
    )


def test_every_picture_is_shown_and_every_shown_picture_exists() -> None:
    shown = {name for guide in GUIDES for name in re.findall(r"\]\((gambar/[^)]+)\)", guide.read_text("utf-8"))}
    assert shown == {f"gambar/{path.name}" for path in (FOLDER / "gambar").iterdir()}


@every_guide
def test_every_button_and_heading_that_a_guide_names_stands_on_a_page(guide: Path) -> None:
    words = shown_words()
    named = {" ".join(one.split()) for one in re.findall(r"\*\*([^*]+)\*\*", guide.read_text("utf-8"))}
    assert [one for one in sorted(named - EXPLAINED) if one.casefold() not in words] == []


@every_guide
def test_every_address_that_a_guide_names_is_a_route(guide: Path) -> None:
    code = routes()
    named = {one.partition("?")[0] for one in re.findall(r"`(/[a-z][^`]*)`", guide.read_text("utf-8"))}
    found = {one for one in named if f'"{one}"' in code or f'"{one.rpartition("/")[0]}/{{table}}"' in code}
    assert sorted(named - found) == []
