"""Check of the charts: `python -m deploy.helm.check`. It needs Go, and the network the first time.

Helm lints and renders both charts for every example, kubeconform compares what comes out with the schemas, and each
setting, command, Secret and door in it is looked for in the code.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from deploy.helm import tools
from deploy.helm.manifests import complaints
from deploy.helm.schemas import VERSIONS, locations, schemas

HERE = Path(__file__).parent
EXAMPLES = HERE / "examples"
CASES: dict[str, tuple[tuple[Path, ...], ...]] = {
    "tanggap": ((EXAMPLES / "province.yaml",), (EXAMPLES / "country.yaml",)),
    "tanggap-data": ((), (EXAMPLES / "country-data.yaml",)),
}
# Helm names the links to the files that the charts share with compose; they are meant.
LINKED = "found symbolic link in path"


def main() -> None:
    """Print a line for each chart and example, and what is wrong. Exit with 1 if anything is."""
    tools.TOOLS.mkdir(parents=True, exist_ok=True)
    wrong = [line for chart, cases in CASES.items() for values in cases for line in _case(chart, values)]
    print("\n".join(wrong) or "the charts are as they should be")
    raise SystemExit(1 if wrong else 0)


def _case(chart: str, values: tuple[Path, ...]) -> Iterator[str]:
    """Yield what is wrong with a chart under these values, at its first release and at the next."""
    name = f"{chart} {' '.join(file.name for file in values) or 'values.yaml'}"
    print(name, flush=True)
    options = [option for file in values for option in ("--values", str(file))]
    options += ["--namespace", "tanggap", "--kube-version", VERSIONS[0]]
    _helm("lint", "--quiet", "--strict", str(HERE / chart), *options)
    rendered = [_helm("template", "tanggap", str(HERE / chart), *options, *more) for more in ((), ("--is-upgrade",))]
    for version in VERSIONS:
        yield from (f"{name}, Kubernetes {version}: {line}" for line in _conform("---\n".join(rendered), version))
    for manifests in rendered:
        documents = [each for each in yaml.load_all(manifests, yaml.CSafeLoader) if each]
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
    done = subprocess.run(command, input=rendered, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).splitlines() if done.returncode else []


if __name__ == "__main__":
    main()
