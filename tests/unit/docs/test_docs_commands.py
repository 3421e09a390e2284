"""Each command on a page is one that its own parser takes, with its words and options as written."""

import importlib
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
import typer.main

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
COMMAND = re.compile(r"python -m ((?:services|deploy)\.[\w.]+)(.*)")
# A page names a place for what the reader fills in.
FILLED = {"ROW": "17", "ID": "0196f6a0-0000-7000-8000-000000000000"}
# These are given by the environment, where the commands run.
GIVEN = ("TANGGAP_KAFKA_BOOTSTRAP", "TANGGAP_ADMIN_DSN", "TANGGAP_SECRETS", "TANGGAP_BACKUP")


def commands_of(page: Path) -> set[tuple[str, str]]:
    """Return the module and the words of each command, from blocks of shell and from code within the text."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    found = (COMMAND.search(line) for line in [*lines, *inline])
    return {(one[1].replace(".NAME", ".router"), one[2].strip()) for one in found if one and "…" not in one[0]}


COMMANDS = sorted(set().union(*(commands_of(page) for page in PAGES)))


def words_of(text: str) -> list[str]:
    """Return the words as a shell hands them over: without comments, redirections and further commands."""
    plain = re.sub(r"[\[\]]|(?<=\w)\|[\w|]+", "", re.split(r"\s[>|]|;|&&", text)[0])
    return [FILLED.get(word, word) for word in shlex.split(plain, comments=True)]


@pytest.mark.parametrize(("module", "text"), COMMANDS, ids=[" ".join(command) for command in COMMANDS])
def test_the_parser_takes_each_command(module: str, text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    words = words_of(text)
    for name in GIVEN:
        monkeypatch.setenv(name, "x")
    monkeypatch.chdir(tmp_path)
    for word in words:
        if re.fullmatch(r"[\w-]+\.(csv|xlsx|toml|jsonl?)", word):
            (tmp_path / word).touch()
    program = importlib.import_module(module)
    if hasattr(program, "__path__"):
        program = importlib.import_module(f"{module}.__main__")
    app = getattr(program, "app", None)
    if app is None and not words:
        return
    if app is None:
        app = typer.Typer()
        app.command()(program.main)
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands") and words:
        command = command.commands[words.pop(0)]
    if not hasattr(command, "commands"):
        command.make_context(module, words)


def test_many_commands_are_found() -> None:
    assert len(COMMANDS) > 50


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('--why "surat 12/2026" > report.json', ["--why", "surat 12/2026"]),
        ("FILE.xlsx [--history auto|all|none]   # a comment", ["FILE.xlsx", "--history", "auto"]),
        ("parked show ROW", ["parked", "show", "17"]),
    ],
)
def test_the_words_are_those_that_a_shell_hands_over(text: str, words: list[str]) -> None:
    assert words_of(text) == words
