"""The Helm charts, as far as no Helm is needed: they agree with the code, and their check finds what does not."""

import copy
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.helm.manifests import complaints, setting_names
from deploy.helm.passwords import names
from deploy.helm.schemas import strict
from deploy.helm.tools import HELM as HELM_PACKAGE
from deploy.helm.tools import program
from shared.events.catalogue import INTERNAL
from shared.settings import Settings

ROOT = Path(__file__).parents[3]
HELM = ROOT / "deploy/helm"
CHART = HELM / "tanggap"
SERVICES = ("intake", "router", "sla", "notifier")
FACTS = (CHART / "templates/_facts.tpl").read_text(encoding="utf-8")
Manifest = dict[str, Any]


def _values(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def _processes() -> Any:
    found = re.search(r'define "tanggap.processes" -}}\n(.*?){{- end', FACTS, re.DOTALL)
    assert found is not None
    return yaml.safe_load(found[1])


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("alerts.yml", "deploy/prometheus/alerts.yml"),
        ("slo.yml", "deploy/prometheus/slo.yml"),
        ("nginx.conf", "deploy/proxy/nginx.conf"),
        ("tls.conf", "deploy/proxy/tls/tls.conf.example"),
    ],
)
def test_a_file_that_compose_has_too_is_a_link_to_the_one_file(name: str, source: str) -> None:
    link = CHART / "files" / name
    assert link.is_symlink()
    assert link.resolve() == ROOT / source


def test_every_setting_that_a_template_names_exists() -> None:
    common = {f"TANGGAP_{field.upper()}" for field in Settings.model_fields}
    known = common.union(*(setting_names(service) for service in SERVICES))
    known |= {"TANGGAP_SECRETS", "TANGGAP_ADMIN_DSN", "TANGGAP_BOOKS_DSN", "TANGGAP_AUDIT_ANCHORS"}
    known |= {f"TANGGAP_KAFKA_{name}" for name in ("ADMIN_USER", "ADMIN_PASSWORD", "REPLICATION")}
    texts = [file.read_text(encoding="utf-8") for file in (CHART / "templates").iterdir()]
    named = {name for text in texts for name in re.findall(r"name: (TANGGAP_\w+)(?=[,}\s])", text)}
    assert len(named) > 20
    assert named - known == set()


@pytest.mark.parametrize(
    "file", [CHART / "values.yaml", HELM / "examples/province.yaml", HELM / "examples/country.yaml"]
)
def test_every_setting_that_values_give_exists(file: Path) -> None:
    values = _values(file)
    for kind in ("settings", "secretSettings"):
        for service, given in values.get(kind, {}).items():
            prefix = "TANGGAP_" if service == "common" else f"TANGGAP_{service.upper()}_"
            assert {prefix + name for name in given} <= setting_names("intake" if service == "common" else service)


def test_examples_only_change_what_the_values_have() -> None:
    pairs = [("province", "tanggap"), ("country", "tanggap"), ("country-data", "tanggap-data")]
    for example, chart in pairs:
        assert set(_values(HELM / f"examples/{example}.yaml")) <= set(_values(HELM / chart / "values.yaml"))


def test_the_processes_are_those_of_compose() -> None:
    services = _values(ROOT / "docker-compose.yml")["services"]
    compose = {
        name: {"service": service["command"][0].removeprefix("services.")}
        | ({"channels": channels} if (channels := service["environment"].get("TANGGAP_INTAKE_CHANNELS")) else {})
        for name, service in services.items()
        if str(service.get("command")).startswith("['services.")
    }
    assert _processes() == compose
    assert set(_values(CHART / "values.yaml")["processes"]) == set(compose)


def test_a_service_has_no_more_readers_than_its_streams_have_partitions() -> None:
    found = re.search(r'define "tanggap.partitions" -}}(\d+)', FACTS)
    assert found is not None
    assert int(found[1]) == max(stream.partitions for stream in INTERNAL)


def test_the_user_of_the_pods_is_that_of_the_image() -> None:
    assert "useradd --uid 10001" in (ROOT / "deploy/docker/Dockerfile").read_text(encoding="utf-8")
    assert "runAsUser: 10001" in (CHART / "templates/_pods.tpl").read_text(encoding="utf-8")


def test_what_the_charts_say_of_each_other_agrees() -> None:
    ours, data = _values(CHART / "values.yaml"), _values(HELM / "tanggap-data/values.yaml")
    assert int(data["postgres"]["parameters"]["max_connections"]) == ours["postgres"]["maxConnections"]
    assert ours["postgres"]["host"] == f"{data['postgres']['name']}-rw"
    assert ours["kafka"]["bootstrap"].startswith(f"{data['kafka']['name']}-kafka-bootstrap:")
    example, servers = _values(HELM / "examples/country.yaml"), _values(HELM / "examples/country-data.yaml")
    assert int(servers["postgres"]["parameters"]["max_connections"]) == example["postgres"]["maxConnections"]


def test_every_user_and_role_has_a_password() -> None:
    assert {"service-secret", "kafka-router", "kafka-opd-dishub", "postgres-router_owner", "postgres-books"} <= set(
        names()
    )


def test_an_upgrade_moves_one_service_at_a_time_and_readers_first(tmp_path: Path) -> None:
    for name, words in (("kubectl", "printf tanggap:1"), ("helm", 'echo "$@"')):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{words}\n")
        program.chmod(0o755)
    done = subprocess.run(
        [HELM / "upgrade", "aduan", "2", "-f", "own.yaml"],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    steps = [
        dict(re.findall(r"image\.tags\.(\w+)=(\d)", line)) for line in done.stdout.splitlines() if "--wait" in line
    ]
    moved = [{name for name, tag in step.items() if tag == "2"} for step in steps]
    assert moved == [{"notifier"}, {"notifier", "sla"}, {"notifier", "sla", "router"}, set(SERVICES)]
    assert done.stdout.count("-f own.yaml") == 4


def test_without_go_one_line_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.helm.tools.TOOLS", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="the charts' check needs Go"):
        program(HELM_PACKAGE)


def test_a_schema_refuses_what_it_does_not_name_and_leaves_open_what_is_meant_to_be() -> None:
    schema = {
        "type": "object",
        "properties": {
            "closed": {"type": "object", "properties": {"a": {"type": "string"}}, "oneOf": [{"properties": {"a": {}}}]},
            "open": {"type": "object", "properties": {"a": {}}, "x-kubernetes-preserve-unknown-fields": True},
            "map": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
    told = strict(schema)
    assert told["additionalProperties"] is False
    assert told["properties"]["closed"]["additionalProperties"] is False
    assert "additionalProperties" not in told["properties"]["closed"]["oneOf"][0]
    assert "additionalProperties" not in told["properties"]["open"]
    assert told["properties"]["map"]["additionalProperties"] == {"type": "string"}


def _whole() -> list[Manifest]:
    """Return manifests of one process, with which nothing is wrong."""
    password = {"secretKeyRef": {"name": "tanggap-passwords", "key": "kafka-sla"}}
    container = {
        "name": "sla",
        "args": ["services.sla", "serve"],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {"limits": {"memory": "1Gi"}},
        "ports": [{"name": "ops"}, {"name": "http"}],
        "livenessProbe": {"httpGet": {"path": "/livez", "port": "ops"}},
        "env": [
            {"name": "TANGGAP_SLA_DSN", "value": "postgresql://sla@postgres/tanggap"},
            {
                "name": "TANGGAP_SECRET",
                "valueFrom": {"secretKeyRef": {"name": "tanggap-passwords", "key": "service-secret"}},
            },
            {"name": "TANGGAP_SLA_KAFKA_PASSWORD", "valueFrom": password},
            {"name": "TANGGAP_KAFKA_CA", "value": "/run/tanggap/kafka-ca/ca.crt"},
        ],
        "volumeMounts": [{"name": "ca", "mountPath": "/run/tanggap/kafka-ca"}],
    }
    pod = {
        "securityContext": {"runAsNonRoot": True},
        "automountServiceAccountToken": False,
        "containers": [container],
        "volumes": [{"name": "ca"}],
    }
    labels = {"app.kubernetes.io/name": "sla"}
    ports = [{"targetPort": "http"}]
    return [
        {"kind": "Deployment", "metadata": {"name": "sla"}, "spec": {"template": {"spec": pod}}},
        {"kind": "Service", "metadata": {"name": "sla"}, "spec": {"selector": labels, "ports": ports}},
        {"kind": "NetworkPolicy", "metadata": {"name": "sla"}, "spec": {"podSelector": {"matchLabels": labels}}},
        {"kind": "ConfigMap", "metadata": {"name": "proxy"}, "data": {"nginx.conf": " set $door sla.ns.svc:8000;"}},
    ]


def _pod(manifests: list[Manifest]) -> Any:
    return manifests[0]["spec"]["template"]["spec"]


def _container(manifests: list[Manifest]) -> Any:
    return _pod(manifests)["containers"][0]


def _setting(manifests: list[Manifest], name: str, value: str) -> None:
    _container(manifests)["env"].append({"name": name, "value": value})


FAULTS: dict[str, Callable[[list[Manifest]], Any]] = {
    "TANGGAP_SLA_POOLSIZE is no setting": lambda m: _setting(m, "TANGGAP_SLA_POOLSIZE", "6"),
    "TANGGAP_SLA_POOL_SIZE: Input should be": lambda m: _setting(m, "TANGGAP_SLA_POOL_SIZE", "1000"),
    "TANGGAP_SLA_DSN: Field required": lambda m: _container(m)["env"].pop(0),
    "services.sla has no command run": lambda m: _container(m).update(args=["services.sla", "run"]),
    "services.sla has no --fase": lambda m: _container(m).update(args=["services.sla", "migrate", "--fase", "pre"]),
    "nothing is mounted at /run/tanggap/kafka-ca": lambda m: _container(m)["volumeMounts"].clear(),
    "mounts ca, which is no volume": lambda m: _pod(m)["volumes"].clear(),
    "nobody makes the password kafka-arsip": lambda m: _container(m)["env"][2]["valueFrom"]["secretKeyRef"].update(
        key="kafka-arsip"
    ),
    "is not locked": lambda m: _container(m)["securityContext"].update(readOnlyRootFilesystem=False),
    "has capabilities": lambda m: _container(m)["securityContext"]["capabilities"].update(drop=[]),
    "the pod may be root": lambda m: _pod(m)["securityContext"].update(runAsNonRoot=False),
    "a probe asks at": lambda m: _container(m)["livenessProbe"]["httpGet"].update(path="/healthz"),
    "sla: no port http": lambda m: _container(m)["ports"].pop(),
    "no network policy names sla": lambda m: m.pop(2),
    "the proxy calls arsip.ns.svc": lambda m: m[3]["data"].update({"nginx.conf": " set $door arsip.ns.svc:8000;"}),
    "looks names up outside": lambda m: m[3]["data"].update({"nginx.conf": " resolver 127.0.0.11;"}),
    "the rules are not those": lambda m: m.append({"kind": "PrometheusRule", "spec": {"groups": []}}),
}


def test_manifests_that_agree_with_the_code_pass() -> None:
    assert list(complaints(_whole())) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_manifests_is_named(fault: str) -> None:
    manifests = copy.deepcopy(_whole())
    FAULTS[fault](manifests)
    found = list(complaints(manifests))
    assert any(fault in line for line in found), found
