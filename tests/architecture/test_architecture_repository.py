"""The rules that every committed file keeps."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("services", "shared", "deploy", "tests")
LOCKS = (
    "requirements.lock",
    "requirements-runtime.lock",
    "requirements-uv.lock",
    "requirements-demo.lock",
    "deploy/local/kafka-jars.lock",
    "deploy/helm/strimzi-jars.lock",
    "deploy/helm/kubernetes-schemas.lock",
)
REGISTRIES = (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
LINES = 300
"""A module is split by meaning well before this."""


@cache
def _tracked() -> tuple[Path, ...]:
    """Files that git has or would take: what a fresh clone would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file())


def _words(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    assert "://" not in _words(ROOT / lock)


def test_no_file_names_the_host_of_a_package_registry() -> None:
    # Written in parts, or this file would name them.
    hosts = re.compile("|".join(rf"\b{name}[.]{end}\b" for name, end in REGISTRIES))
    texts = [p for p in _tracked() if p.suffix not in {".xlsx", ".png", ".ogg"}]
    assert [str(p.relative_to(ROOT)) for p in texts if hosts.search(_words(p))] == []


def test_every_locked_dependency_has_its_hashes() -> None:
    for lock in LOCKS[:4]:
        entries = re.split(r"\n(?=[a-zA-Z])", _words(ROOT / lock).strip())
        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_runtime_lock_is_part_of_the_whole() -> None:
    whole, runtime = (
        {line.split(" ")[0] for line in _words(ROOT / lock).splitlines() if "==" in line} for lock in LOCKS[:2]
    )
    assert runtime <= whole


def test_no_module_has_outgrown_its_meaning() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in _tracked()
        if p.suffix == ".py" and (n := len(_words(p).splitlines())) > LINES
    }
    assert long == {}


def test_no_python_file_lacks_a_sentence_on_what_it_is_for() -> None:
    modules = [
        p for p in _tracked() if p.suffix == ".py" and p.name != "__init__.py" and p.relative_to(ROOT).parts[0] in CODE
    ]
    assert [str(p.relative_to(ROOT)) for p in modules if not _words(p).lstrip().startswith(('"""', 'r"""'))] == []


def test_no_path_of_a_machine_is_committed() -> None:
    paths = re.compile(r"(?<![\w.])/(?:root|home/\w+|Users/\w+)/")
    found = [
        str(p.relative_to(ROOT))
        for p in _tracked()
        if p.suffix not in {".xlsx", ".png", ".ogg"} and paths.search(_words(p))
    ]
    assert found == [str(Path(__file__).relative_to(ROOT))] or found == []


def test_no_secret_is_committed() -> None:
    secret = re.compile(r"tg_[a-z2-9]{8}_[0-9a-f]{40}_[0-9a-f]{8}|-----BEGIN [A-Z ]*PRIVATE KEY-----")
    assert [str(p.relative_to(ROOT)) for p in _tracked() if secret.search(_words(p))] == []


def test_ci_runs_what_the_readme_names() -> None:
    readme = _words(ROOT / "README.md")
    commands = [line for line in _words(ROOT / ".ci/run").splitlines() if line.startswith("make")]
    assert commands == ["make lint", "make deploy-check", "make test"]
    assert all(command in readme for command in commands)
