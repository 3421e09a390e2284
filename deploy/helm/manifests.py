"""Comparison of rendered manifests with the code: every setting, command, password, file and door in them exists."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import typer
import yaml

from deploy.helm.passwords import names
from services.intake.settings import IntakeSettings
from services.notifier.settings import NotifierSettings
from services.router.settings import RouterSettings
from services.sla.settings import SlaSettings
from shared.settings import Settings, WrongSetting, load

ROOT = Path(__file__).parents[2]
RULES = [ROOT / "deploy/prometheus" / name for name in ("alerts.yml", "slo.yml")]
SETTINGS: Mapping[str, type[Settings]] = {
    kind.service: kind for kind in (IntakeSettings, RouterSettings, SlaSettings, NotifierSettings)
}
PASSWORDS = "tanggap-passwords"
# Read by these commands from the environment, beside what their options name.
READ_DIRECTLY = {"deploy.books": {"TANGGAP_BOOKS_DSN"}, "deploy.audit": {"TANGGAP_BOOKS_DSN"}}
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
Document = Mapping[str, Any]


def complaints(documents: Sequence[Document]) -> Iterator[str]:
    """Yield a line for each thing in the manifests that the code does not know, or that a pod lacks."""
    for document in documents:
        for pod in _pods(document):
            name = f"{document['kind']} {document['metadata']['name']}"
            for container in (*pod.get("initContainers", ()), *pod["containers"]):
                yield from (f"{name}, {container['name']}: {line}" for line in _container(container, pod))
            if not pod["securityContext"]["runAsNonRoot"] or pod["automountServiceAccountToken"]:
                yield f"{name}: the pod may be root, or holds a token"
    yield from _doors(documents)
    yield from _policies(documents)
    groups = [group for file in RULES for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]]
    for rule in _of_kind(documents, "PrometheusRule"):
        if rule["spec"] != {"groups": groups}:
            yield "the rules are not those of deploy/prometheus"


def setting_names(service: str) -> set[str]:
    """Return the names of the environment variables that a service reads."""
    fields = [field.upper() for field in SETTINGS[service].model_fields]
    return {f"TANGGAP_{field}" for field in fields} | {f"TANGGAP_{service.upper()}_{field}" for field in fields}


def _of_kind(documents: Sequence[Document], kind: str) -> list[Document]:
    return [document for document in documents if document["kind"] == kind]


def _pods(document: Document) -> Iterator[Document]:
    if document["kind"] in ("Deployment", "Job"):
        yield document["spec"]["template"]["spec"]


def _container(container: Document, pod: Document) -> Iterator[str]:
    locked = container["securityContext"]
    if locked["allowPrivilegeEscalation"] or not locked["readOnlyRootFilesystem"]:
        yield "is not locked"
    if locked["capabilities"] != {"drop": ["ALL"]} or "memory" not in container["resources"]["limits"]:
        yield "has capabilities, or no limit of memory"
    environment = {each["name"]: each for each in container.get("env", ())}
    mounts = {mount["mountPath"]: mount["name"] for mount in container.get("volumeMounts", ())}
    yield from (f"mounts {name}, which is no volume" for name in set(mounts.values()) - _volumes(pod))
    for name, each in environment.items():
        for path in re.findall(r"/(?:run|var/lib)/tanggap/[\w/.-]+", each.get("value", "")):
            if not any(path.startswith(mount) for mount in mounts):
                yield f"{name}: nothing is mounted at {path}"
        secret = each.get("valueFrom", {}).get("secretKeyRef", {})
        if secret.get("name") == PASSWORDS and secret["key"] not in set(names()):
            yield f"{name}: nobody makes the password {secret['key']}"
    if "args" in container:
        yield from _command(container["args"], environment)


def _volumes(pod: Document) -> set[str]:
    return {volume["name"] for volume in pod["volumes"]}


def _command(arguments: Sequence[str], environment: Mapping[str, Document]) -> Iterator[str]:
    """Yield what is wrong with a command of the image, which runs `python -m` with these arguments."""
    package, *words = arguments
    module = import_module(f"{package}.__main__")
    app = getattr(module, "app", None)
    if app is None:
        app = typer.Typer()
        app.command()(module.main)
    command: Any = typer.main.get_command(app)
    if words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    options = {option for parameter in command.params for option in parameter.opts}
    yield from (f"{package} has no {word}" for word in words if word.startswith("--") and word not in options)
    if hasattr(command, "commands"):
        yield f"{package} has no command {' '.join(words)}"
    service = package.removeprefix("services.")
    if service in SETTINGS:
        known = setting_names(service)
        yield from _loaded(service, environment)
    else:
        named = (parameter.envvar for parameter in command.params)
        known = {name for each in named if each for name in ([each] if isinstance(each, str) else each)}
        known |= READ_DIRECTLY.get(package, set())
    ours = {name for name in environment if name.startswith("TANGGAP_")}
    yield from (f"{name} is no setting" for name in sorted(ours - known))


def _loaded(service: str, environment: Mapping[str, Document]) -> Iterator[str]:
    """Load the settings as the service does, with a stand-in for each value that only the cluster knows."""
    values = {name: each.get("value", "0" * 64) for name, each in environment.items()}
    with patch.dict(os.environ, values, clear=True):
        try:
            load(SETTINGS[service])
        except WrongSetting as error:
            yield str(error)


def _doors(documents: Sequence[Document]) -> Iterator[str]:
    """Yield ports, paths of probes and addresses that lead nowhere."""
    pods = {each["metadata"]["name"]: each["spec"]["template"]["spec"] for each in _of_kind(documents, "Deployment")}
    paths = (ROOT / "shared/web/ops.py").read_text(encoding="utf-8")
    for name, pod in pods.items():
        container = pod["containers"][0]
        for probe in (container[kind] for kind in PROBES if kind in container):
            door = probe.get("httpGet") or probe["tcpSocket"]
            if door["port"] not in _ports(pod) or f'"{door.get("path", "/livez")}"' not in paths:
                yield f"{name}: a probe asks at {door}"
    services = {each["metadata"]["name"]: each["spec"] for each in _of_kind(documents, "Service")}
    for name, service in services.items():
        target = pods.get(service["selector"]["app.kubernetes.io/name"], {"containers": ()})
        yield from (
            f"{name}: no port {p['targetPort']}" for p in service["ports"] if p["targetPort"] not in _ports(target)
        )
    for config in _of_kind(documents, "ConfigMap"):
        text = config["data"]["nginx.conf"]
        called = set(re.findall(r"\s([\w.-]+):8000;", text))
        yield from (
            f"the proxy calls {name}" for name in called if name.partition(".")[0] not in services or "." not in name
        )
        if not called or "127.0.0.11" in text:
            yield "the proxy looks names up outside the cluster"


def _ports(pod: Document) -> set[str]:
    return {port["name"] for container in pod["containers"] for port in container.get("ports", ())}


def _policies(documents: Sequence[Document]) -> Iterator[str]:
    """Yield the pods that no rule lets do anything, and the rules that are meant for no pod."""
    pods = {e["metadata"]["name"] for e in documents if e["kind"] in ("Deployment", "Job")}
    meant: set[str] = set()
    for policy in _of_kind(documents, "NetworkPolicy"):
        for selector in _selectors(policy["spec"]):
            if name := selector.get("matchLabels", {}).get("app.kubernetes.io/name"):
                meant.add(name)
            meant |= {value for each in selector.get("matchExpressions", ()) for value in each["values"]}
    if pods:
        yield from (f"no network policy names {name}" for name in sorted(pods - meant))
        yield from (f"a network policy names {name}, which is no pod" for name in sorted(meant - pods))


def _selectors(spec: Document) -> Iterator[Document]:
    yield spec["podSelector"]
    for rule in (*spec.get("ingress", ()), *spec.get("egress", ())):
        for peer in (*(rule or {}).get("from", ()), *(rule or {}).get("to", ())):
            if "podSelector" in peer:
                yield peer["podSelector"]
