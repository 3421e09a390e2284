"""The page of all settings: written from the code, complete, and without a second copy of any word."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from deploy.settings_page import NAMES, PAGE, page, settings_of, variables

ROOT = Path(__file__).parents[3]
NAMED = re.compile(r"\bTANGGAP_[A-Z0-9_]*[A-Z0-9]\b(?!_)")
# They belong to tests and to the demo's stubs, which no operator runs.
OTHERS = re.compile(r"TANGGAP_(STUB_\w+|PICTURES)")
TEXTS = {".py", ".md", ".yml", ".toml", ".conf", ""}
FIELDS = [(service, name, field) for service in NAMES for name, field in settings_of(service).model_fields.items()]


def test_the_committed_page_is_what_the_code_says() -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page(), "run `make contracts` and look at the difference"


def test_every_setting_says_what_it_is_for() -> None:
    assert [f"{service}.{name}" for service, name, field in FIELDS if not field.description] == []
    rows = [line.split(" | ") for line in page().splitlines() if line.startswith("| `TANGGAP_")]
    assert len(rows) > 100
    assert [row[0] for row in rows if len(row) != 4 or not re.match(r"[A-Z`].*\.\"? \|$", row[3])] == []


def test_a_value_that_must_stay_secret_is_marked_so() -> None:
    words = re.compile(r"(^|_)(token|secrets?|password|dsn|guid)$")
    plain = {
        name for _, name, field in FIELDS if words.search(name) and SecretStr.__name__ not in str(field.annotation)
    }
    assert plain == set()


@pytest.mark.parametrize(
    "place", ["shared", "services", "deploy", "docs", "README.md", "docker-compose.yml", "Makefile"]
)
def test_every_variable_that_is_named_anywhere_stands_on_the_page(place: str) -> None:
    files = [ROOT / place] if (ROOT / place).is_file() else [*(ROOT / place).rglob("*")]
    texts = [one.read_text(encoding="utf-8") for one in files if one.is_file() and one.suffix in TEXTS]
    named = {name for text in texts for name in NAMED.findall(text) if not OTHERS.match(name)}
    assert named - variables() == set()
