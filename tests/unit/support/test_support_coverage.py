"""The report of `make coverage`: a line for each package, the whole, and the floor."""

import pytest

from tests.support.coverage_report import by_package, package_of, report

FILES = {"services/sla/api/app.py": (10, 5), "services/sla/feed.py": (30, 30), "shared/ids.py": (10, 10)}


@pytest.mark.parametrize(
    ("path", "package"),
    [
        ("services/sla/api/app.py", "services/sla"),
        ("services/sla/feed.py", "services/sla"),
        ("shared/ids.py", "shared"),
        ("deploy/local/demo/stubs/tally.py", "deploy/local"),
    ],
)
def test_a_file_belongs_to_the_first_two_folders(path: str, package: str) -> None:
    assert package_of(path) == package


def test_lines_are_added_up_by_package() -> None:
    assert by_package(FILES) == {"services/sla": (40, 35), "shared": (10, 10)}


@pytest.mark.parametrize(
    ("floor", "enough", "last"),
    [
        (90.0, True, "all                          45 of     50 lines   90.0 %"),
        (90.5, False, "the coverage fell below 90.5 %"),
        (80.0, True, "the floor in pyproject.toml can be raised from 80 to 90"),
    ],
)
def test_the_whole_is_compared_with_the_floor(floor: float, enough: bool, last: str) -> None:
    told, reached = report(FILES, floor)
    assert reached is enough
    assert told[0] == "services/sla                 35 of     40 lines   87.5 %"
    assert told[-1].startswith(last)
