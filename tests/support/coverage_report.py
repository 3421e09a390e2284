"""Print the coverage of each package and of all, and compare the whole with the floor in `pyproject.toml`."""

from __future__ import annotations

import json
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

import coverage

ROOT = Path(__file__).parents[2]
# So far above the floor, the floor is due to be raised.
SLACK = 1.0


def package_of(path: str) -> str:
    """Return the package of a file: its folder, cut to two levels, such as `services/intake`."""
    return "/".join(Path(path).parts[:-1][:2])


def by_package(files: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Return (lines that can run, lines that ran) by package, from those of each file."""
    found: dict[str, tuple[int, int]] = {}
    for path, (lines, ran) in sorted(files.items()):
        before = found.get(package_of(path), (0, 0))
        found[package_of(path)] = (before[0] + lines, before[1] + ran)
    return found


def percent(lines: int, ran: int) -> float:
    """Return how much of the lines ran, in percent. All of nothing is 100."""
    return 100 * ran / lines if lines else 100.0


def report(files: Mapping[str, tuple[int, int]], floor: float) -> tuple[list[str], bool]:
    """Return the lines to print, and whether the whole reaches the floor."""
    packages = by_package(files)
    whole = sum(lines for lines, _ in packages.values()), sum(ran for _, ran in packages.values())
    rows = [*packages.items(), ("all", whole)]
    told = [f"{name:24} {ran:6} of {lines:6} lines {percent(lines, ran):6.1f} %" for name, (lines, ran) in rows]
    share = percent(*whole)
    if share < floor:
        told.append(
            f"the coverage fell below {floor:g} %: test what is new, or say in pyproject.toml why less is right"
        )
    elif share > floor + SLACK:
        told.append(f"the floor in pyproject.toml can be raised from {floor:g} to {int(share * 2) / 2:g}")
    return told, share >= floor


def measured() -> dict[str, tuple[int, int]]:
    """Return (lines that can run, lines that ran) of each file, from the data of the last run."""
    data = coverage.Coverage()
    data.load()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "coverage.json"
        data.json_report(outfile=str(file))
        files = json.loads(file.read_text(encoding="utf-8"))["files"]
    return {path: (one["summary"]["num_statements"], one["summary"]["covered_lines"]) for path, one in files.items()}


def main() -> int:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    told, enough = report(measured(), settings["tool"]["coverage"]["report"]["fail_under"])
    print("\n".join(told))
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
