"""SQL is written in `queries.sql`, named, and used."""

import re
from pathlib import Path

import pytest

from shared.postgres.queries import Queries

ROOT = Path(__file__).parents[2]
FILES = sorted(path for package in ("services", "shared", "deploy") for path in (ROOT / package).rglob("queries.sql"))
SQL_IN_CODE = re.compile(r"\"\s*(?:SELECT\s.+\sFROM|INSERT INTO|UPDATE\s+\w+\s+SET|DELETE FROM)\s", re.IGNORECASE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_statement_has_a_purpose_and_is_used(file: Path) -> None:
    queries = Queries.load(file)
    code = "\n".join(path.read_text() for path in (*file.parent.rglob("*.py"), *file.parent.parent.rglob("*.py")))
    assert [name for name in queries if f'"{name}"' not in code] == []


def test_statements_are_written_in_sql_files() -> None:
    modules = [path for package in ("services", "shared", "deploy") for path in (ROOT / package).rglob("*.py")]
    allowed = {
        "shared/postgres/migrations.py"
    }  # the table that remembers the migrations exists before any file was run
    found = {str(path.relative_to(ROOT)) for path in modules if SQL_IN_CODE.search(path.read_text())}
    assert found - allowed == set()
