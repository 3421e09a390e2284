"""Named SQL statements, read from files. Each statement has a line that says what it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

_NAME = "-- name:"


class Queries(Mapping[str, str]):
    """The statements of one file by name. ``purpose`` holds the first comment line above each."""

    def __init__(self, statements: dict[str, str], purpose: dict[str, str]) -> None:
        self._statements = statements
        self.purpose = purpose

    @classmethod
    def load(cls, path: Path) -> Queries:
        """Read ``-- name: x``, a comment line, then SQL up to the next name.

        Raises ValueError for a statement without a purpose, an empty one, or a name used twice.
        """
        statements: dict[str, str] = {}
        purpose: dict[str, str] = {}
        for block in path.read_text(encoding="utf-8").split(_NAME)[1:]:
            name, _, rest = block.partition("\n")
            name = name.strip()
            comments = [line[2:].strip() for line in rest.splitlines() if line.startswith("--")]
            sql = "\n".join(line for line in rest.splitlines() if not line.startswith("--")).strip().rstrip(";")
            if not comments or not sql or name in statements:
                raise ValueError(f"{path.name}: statement {name!r} lacks a purpose or SQL, or its name is used twice")
            statements[name] = sql
            purpose[name] = comments[0]
        return cls(statements, purpose)

    def __getitem__(self, name: str) -> str:
        return self._statements[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._statements)

    def __len__(self) -> int:
        return len(self._statements)
