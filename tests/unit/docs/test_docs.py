"""Documents lead somewhere: links, alerts, commands."""

import importlib
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMED = re.compile(r"python -m services\.(?:NAME|(\w+)) ([a-z][a-z0-9-]+(?: [a-z][a-z-]+)?)")
COMMANDS = sorted({found for page in PAGES for found in NAMED.findall(page.read_text(encoding="utf-8"))})


@cache
def anchors(page: Path) -> set[str]:
    """As the usual renderers make them of headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        linked = (page.parent / name).resolve() if name else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


def test_every_page_of_operations_stands_in_their_index() -> None:
    folder = ROOT / "docs/operations"
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert linked == {page.name for page in folder.glob("*.md")} - {"README.md"}


def test_no_wish_stands_twice_among_where_is_what() -> None:
    tables = re.split(r"\n\| step |\n## ", (ROOT / "docs/where-is-what.md").read_text(encoding="utf-8"))
    wishes = [wish for table in tables for wish in re.findall(r"^\| ([^|]*[a-z][^|]*) \|", table, flags=re.MULTILINE)]
    assert len(wishes) > 150
    assert sorted({wish for wish in wishes if wishes.count(wish) > 1} - {"I want to change", "where"}) == []


def alerts() -> list[Any]:
    files = [ROOT / "deploy/prometheus" / name for name in ("alerts.yml", "slo.yml")]
    groups = [group for file in files for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def test_every_alert_has_its_section_in_the_runbook_and_every_section_its_alert() -> None:
    headings = set(
        re.findall(r"^## (Tanggap\w+)$", (ROOT / "docs/runbook.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert {rule["alert"] for rule in alerts()} == headings


def test_every_alert_says_where_its_section_is() -> None:
    for rule in alerts():
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"


@pytest.mark.parametrize(("service", "words"), COMMANDS, ids=[" ".join(command) for command in COMMANDS])
def test_every_command_that_is_named_exists(service: str, words: str) -> None:
    app = importlib.import_module(f"services.{service or 'router'}.__main__").app
    command: Any = typer.main.get_command(app)
    for word in words.split():
        if hasattr(command, "commands"):
            assert word in command.commands
            command = command.commands[word]


def test_every_metric_that_an_alert_asks_for_is_declared() -> None:
    asked = {name for rule in alerts() for name in re.findall(r"\b(tanggap_\w+)", rule["expr"])}
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("shared", "services", "deploy")
        for path in (ROOT / folder).rglob("*.py")
    )
    declared = set(re.findall(r'"(tanggap_\w+)"', code))
    assert {name for name in asked if re.sub(r"_(count|bucket|sum)$", "", name) not in declared} == set()
