"""Check of the charts: `python -m deploy.helm.check`. It needs Go, and the network the first time.

Helm lints and renders both charts for every example. kubeconform compares what comes out with the schemas. Each setting,
command, password and door in it is looked for in the code.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from deploy.helm import tools
from deploy.helm.manifests import complaints
from deploy.helm.schemas import VERSIONS, locations, schemas

HERE = Path(__file__).parent
# Each chart with its examples; with its own values alone where these are whole.
CASES: dict[str, tuple[str, ...]] = {"tanggap": ("province", "country"), "tanggap-data": ("", "country-data")}
# Helm names the links to the files that the charts share with compose; they are meant.
LINKED = "found symbolic link in path"


def main() -> None:
    """Print what is wrong with a chart under an example, at its first release or the next. Exit with 1 if anything is."""
    tools.TOOLS.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as rendered:
        for chart, examples in CASES.items():
            for example in examples:
                wrong += _case(chart, example, Path(rendered))
        for version in VERSIONS:
            wrong += _conform(rendered, version)
    print("\n".join(wrong) or "the charts are as they should be")
    raise SystemExit(1 if wrong else 0)


def _case(chart: str, example: str, rendered: Path) -> Iterator[str]:
    options = ["--namespace", "tanggap", "--kube-version", VERSIONS[0]]
    options += ["--values", str(HERE / "examples" / f"{example}.yaml")] if example else []
    _helm("lint", "--quiet", "--strict", str(HERE / chart), *options)
    for release, more in (("first", ()), ("next", ("--is-upgrade",))):
        text = _helm("template", "tanggap", str(HERE / chart), *options, *more)
        name = f"{chart} {example} {release} release"
        (rendered / f"{name}.yaml").write_text(text, encoding="utf-8")
        documents = [each for each in yaml.load_all(text, yaml.CSafeLoader) if each]
        yield from (f"{name}: {line}" for line in complaints(documents))


def _helm(*arguments: str) -> str:
    done = subprocess.run([tools.program(tools.HELM), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line and LINKED not in line]
        raise SystemExit("\n".join((f"helm {' '.join(arguments)}", *lines)))
    return done.stdout


def _conform(rendered: str, version: str) -> list[str]:
    where = [option for each in locations(schemas(), version) for option in ("-schema-location", each)]
    command: list[Any] = [tools.program(tools.KUBECONFORM), "-strict", "-kubernetes-version", version, *where]
    done = subprocess.run([*command, rendered], capture_output=True, text=True, check=False)
    found = (done.stdout + done.stderr).replace(f"{rendered}/", f"Kubernetes {version}: ").splitlines()
    return found if done.returncode else []


if __name__ == "__main__":
    main()
