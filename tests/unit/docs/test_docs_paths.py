"""Files, folders and modules that documents and code name in backticks exist."""

import re
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
FOLDERS = ("services", "shared", "deploy", "docs", "tests", "examples")
CODE = sorted(
    path
    for folder in FOLDERS
    for kind in ("*.py", "*.sql", "*.toml", "*.yml")
    for path in (ROOT / folder).rglob(kind)
    if not path.name.startswith("test_")
)
# A folder of the repository, then the path in it.
ROOTED = re.compile(rf"(?:{'|'.join(FOLDERS)}|\.ci)/\S*")
# A name without folder, or with the last folders only, that ends as our files do.
BARE = re.compile(r"[\w*<{][\w./*<>{}-]*(?:\.(?:py|sql|toml|csv|tsv|md|json|yml|html|lock)|/)")
MODULE = re.compile(
    r"python -m ((?:services|shared|deploy|tests)[\w.]*)|((?:services|shared|deploy)(?:\.[A-Za-z_]\w*)+)"
)
# A file, and a function, class, statement or key in it: `inputs/commands.py: Commands.do`.
NAMED = re.compile(r"([\w./<>{}-]+\.(?:py|sql|toml|csv|yml)): ([\w.-]+)")
PLACEHOLDER = re.compile(r"<[^<>]*>|\{[^{}]*\}|\bNNNN\w*|\b[A-Z]{2,}\b")


@cache
def committed() -> tuple[str, ...]:
    """Return the paths of all files that git has or would take, and of their folders."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [Path(line) for line in listed.stdout.splitlines() if (ROOT / line).is_file()]
    folders = {folder for file in files for folder in file.parents} - {Path()}
    return tuple(str(path) for path in (*files, *sorted(folders)))


def exists(name: str) -> bool:
    """Return whether a path, or a path below some folder, exists. A placeholder stands for anything."""
    pattern = PLACEHOLDER.sub("*", name).rstrip("/.,:;")
    patterns = (pattern,) if ROOTED.fullmatch(name) else (pattern, f"*/{pattern}")
    return any(fnmatchcase(path, one) for path in committed() for one in patterns)


def importable(name: str) -> bool:
    """Return whether a dotted name leads to a module, or to a name in one, such as a class and its attribute."""
    parts = PLACEHOLDER.sub("router", name).split(".")
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:length])
        sources = [path.with_suffix(".py"), path / "__init__.py"]
        code = "".join(source.read_text(encoding="utf-8") for source in sources if source.exists())
        if code or path.is_dir():
            return length == len(parts) or re.search(rf"\b{parts[length]}\b", code) is not None
    return False


def defines(code: str, name: str) -> bool:
    """Return whether source text defines each part of a dotted name, or a statement of SQL or a key of that name."""
    return all(
        re.search(
            rf"(?m)^\s*(?:(?:async\s+)?def|class|-- name:|- alert:)\s+{part}\b|^\s*\[*\"?{part}\"?\s*[=:\]]|^{part}[,\t]",
            code,
        )
        for part in map(re.escape, name.split("."))
    )


def undefined(text: str) -> Iterator[str]:
    """Yield each pair of a file and a name in it that a text gives and that does not exist."""
    for span in spans(text):
        found = NAMED.fullmatch(span)
        if found is None:
            continue
        pattern = PLACEHOLDER.sub("*", found[1])
        paths = [path for path in committed() if any(fnmatchcase(path, one) for one in (pattern, f"*/{pattern}"))]
        if not any(defines((ROOT / path).read_text(encoding="utf-8"), found[2]) for path in paths):
            yield span


def spans(text: str) -> list[str]:
    """Return the texts in single backticks, without blocks of code."""
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def missing(text: str, *, bare: bool) -> Iterator[str]:
    """Yield the paths and modules that a text names and that do not exist.

    ``bare`` says whether names without their folder count too.
    """
    for span in spans(text):
        found = [word for word in re.split(r"[\s\[\]()#]+", span) if ROOTED.fullmatch(word)]
        if bare and not found and BARE.fullmatch(span):
            found = [span]
        yield from (name for name in found if not exists(name))
        for command, module in MODULE.findall(span):
            if command and not importable(command):
                yield command
            if module and module == span and not importable(module):
                yield module


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", DOCUMENTS, ids=shown)
def test_every_path_that_a_document_names_exists(page: Path) -> None:
    assert sorted(set(missing(page.read_text(encoding="utf-8"), bare=True))) == []


@pytest.mark.parametrize("page", DOCUMENTS, ids=shown)
def test_every_function_that_a_document_names_in_a_file_exists(page: Path) -> None:
    assert sorted(set(undefined(page.read_text(encoding="utf-8")))) == []


def test_every_path_that_code_names_exists() -> None:
    found = {
        f"{shown(path)}: {name}" for path in CODE for name in missing(path.read_text(encoding="utf-8"), bare=False)
    }
    assert sorted(found) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see `shared/clock.py` and `clock.py`", []),
        ("see `services/router/routing/data/` and `matters/*.toml`", []),
        ("`tests/contract/golden/<type>.v1.json`, `NNNN_pre_what.sql`, `services/NAME/store.py`", []),
        ("`.venv/bin/python -m pytest tests/unit/sla -k ramadan`", []),
        ("`GET /v1/numbers.csv`, `/v1/numbers.csv`, `.xlsx`, `step.run`, `case.opened`, `people`", []),
        ("`python -m deploy.books`, `python -m services.NAME parked`, `shared.events`", []),
        ("`shared/reference/gone.csv`", ["shared/reference/gone.csv"]),
        ("`gone.py` `gone/` `rules/gone.py`", ["gone.py", "gone/", "rules/gone.py"]),
        ("`pytest tests/unit/gone`", ["tests/unit/gone"]),
        ("`services/NAME/gone.py`", ["services/NAME/gone.py"]),
        ("`python -m deploy.gone`", ["deploy.gone"]),
        ("`shared.gone.Thing`", ["shared.gone.Thing"]),
        ("```\nshared/reference/gone.csv\n```", []),
    ],
)
def test_a_name_that_leads_nowhere_is_found(text: str, found: list[str]) -> None:
    assert list(missing(text, bare=True)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`shared/backoff.py: retry`, `inputs/commands.py: Commands.do`, `clock.py: Clock`", []),
        ("`pipeline/queries.sql: save`", []),
        ("`shared/backoff.py: gone`", ["shared/backoff.py: gone"]),
        ("`inputs/commands.py: Commands.gone`", ["inputs/commands.py: Commands.gone"]),
        ("`inputs/gone.py: Commands`", ["inputs/gone.py: Commands"]),
    ],
)
def test_a_function_that_is_gone_is_found(text: str, found: list[str]) -> None:
    assert list(undefined(text)) == found
