"""Changes of a cluster until it matches `plan`. Safe to repeat.

What already matches stays; rights that are no longer allowed are revoked.
"""

import time
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    TopicMetadata,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)

from deploy.kafka import plan
from shared.events.catalogue import Stream

SECONDS = 30.0
# After Kafka was emptied, all services that cannot log in keep the brokers busy.
KNOWN_WITHIN_S = 120.0
SCRAM_ITERATIONS = 4096
_RESOURCES = {"topic": ResourceType.TOPIC, "group": ResourceType.GROUP}
_PATTERNS = {"literal": ResourcePatternType.LITERAL, "prefixed": ResourcePatternType.PREFIXED}


COPIES = 3


class PartitionsDiffer(Exception):
    """A topic has fewer partitions than the catalogue says, or a topic that an OPD writes has more than one.

    More partitions of a stream of ours do no harm, because its readers restore the order by the sequence. What an OPD
    writes has no sequence that we trust, and its order would be lost.
    """


def login(
    bootstrap: str, security: str, user: str, password: str, ca: str | None = None, mechanism: str = "SCRAM-SHA-512"
) -> dict[str, str | int | float | bool]:
    """Return the settings of a client of librdkafka. `security` is its word, such as SASL_PLAINTEXT."""
    config: dict[str, str | int | float | bool] = {
        "bootstrap.servers": bootstrap,
        "security.protocol": security,
        # Failures come back as errors; librdkafka's own log lines would only repeat them.
        "log_level": 2,
    }
    if security.startswith("SASL"):
        config |= {"sasl.mechanism": mechanism, "sasl.username": user, "sasl.password": password}
    if ca:
        config["ssl.ca.location"] = ca
    return config


def admin_client(
    bootstrap: str, security: str, user: str, password: str, ca: str | None = None, mechanism: str = "SCRAM-SHA-512"
) -> AdminClient:
    """Return a client with the right to change the cluster. `security` is librdkafka's word, such as SASL_PLAINTEXT."""
    return AdminClient(login(bootstrap, security, user, password, ca, mechanism))


def copies(client: AdminClient) -> int:
    """Return how many copies of a topic the brokers that are up can hold, three at most."""
    return min(COPIES, len(client.list_topics(timeout=SECONDS).brokers))


def topics(client: AdminClient, streams: Collection[Stream], replication: int) -> int:
    """Create the missing topics and set the configuration of all. Return the number of topics created.

    A topic that exists keeps its number of copies, and a stream of ours the partitions that somebody added. Raise
    PartitionsDiffer, before any change, when the partitions of an existing topic cannot stay.
    """
    existing = client.list_topics(timeout=SECONDS).topics
    found = {s.topic: len(existing[s.topic].partitions) for s in streams if s.topic in existing}
    wrong = [s.topic for s in streams if s.topic in found and not _fits(s, found[s.topic])]
    if wrong:
        raise PartitionsDiffer(", ".join(sorted(wrong)))
    missing = [s for s in streams if s.topic not in existing]
    new = [
        NewTopic(
            s.topic,
            num_partitions=s.partitions,
            replication_factor=replication,
            config=plan.topic_config(s, replication),
        )
        for s in missing
    ]
    if new:
        _settle(client.create_topics(new, request_timeout=SECONDS))
    _configure(client, [(s, _copies_of(existing[s.topic])) for s in streams if s.topic in existing])
    return len(missing)


def _fits(stream: Stream, partitions: int) -> bool:
    return partitions == stream.partitions or (partitions > stream.partitions and not stream.external)


def _copies_of(topic: TopicMetadata) -> int:
    """Return the copies that every partition has. More in sync than there are copies would refuse every record."""
    return min(len(partition.replicas) for partition in topic.partitions.values())


def _configure(client: AdminClient, streams: Iterable[tuple[Stream, int]]) -> None:
    resources = [
        ConfigResource(
            ConfigResource.Type.TOPIC,
            stream.topic,
            incremental_configs=[
                ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
                for name, value in plan.topic_config(stream, replication).items()
            ],
        )
        for stream, replication in streams
    ]
    if resources:
        _settle(client.incremental_alter_configs(resources, request_timeout=SECONDS))


def users(client: AdminClient, passwords: Mapping[str, str]) -> None:
    """Create the SCRAM users, or set their passwords."""
    how = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS)
    wanted: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(user, how, password.encode()) for user, password in passwords.items()
    ]
    _settle(client.alter_user_scram_credentials(wanted, request_timeout=SECONDS))
    _wait_for_users(client, set(passwords))


def _wait_for_users(client: AdminClient, names: set[str]) -> None:
    """Wait until the brokers know the users. The controller knows them at once, but a login fails until the brokers do.

    Raise TimeoutError after two minutes.
    """
    # Without names the call describes all users; the type stubs do not know that.
    describe: Any = client.describe_user_scram_credentials
    deadline = time.monotonic() + KNOWN_WITHIN_S
    while time.monotonic() < deadline:
        if names <= set(describe(request_timeout=SECONDS).result(SECONDS)):
            return
        time.sleep(0.05)
    raise TimeoutError("the brokers do not know the new users yet")


def rights(client: AdminClient, wanted: set[plan.Right]) -> tuple[int, int]:
    """Grant missing rights and revoke excess ones, of the principals that `wanted` names. Return (granted, revoked)."""
    principals = {right.principal for right in wanted}
    present = {right for right in _present(client) if right.principal in principals}
    granted, taken = wanted - present, present - wanted
    if granted:
        _settle(client.create_acls([_binding(right) for right in sorted(granted)], request_timeout=SECONDS))
    if taken:
        _settle(client.delete_acls([_filter(right) for right in sorted(taken)], request_timeout=SECONDS))
    return len(granted), len(taken)


def _present(client: AdminClient) -> set[plan.Right]:
    # The library takes None for "any"; the type stubs require a string.
    no: Any = None
    anything = AclBindingFilter(
        ResourceType.ANY, no, ResourcePatternType.ANY, no, no, AclOperation.ANY, AclPermissionType.ALLOW
    )
    found = client.describe_acls(anything, request_timeout=SECONDS).result(SECONDS)
    return {
        plan.Right(
            acl.principal.removeprefix("User:"),
            acl.restype.name.lower(),
            acl.resource_pattern_type.name.lower(),
            acl.name,
            acl.operation.name,
        )
        for acl in found
    }


def _described(right: plan.Right) -> tuple[Any, ...]:
    resource, pattern = _RESOURCES[right.resource], _PATTERNS[right.pattern]
    return (
        resource,
        right.name,
        pattern,
        f"User:{right.principal}",
        "*",
        AclOperation[right.operation],
        AclPermissionType.ALLOW,
    )


def _binding(right: plan.Right) -> AclBinding:
    return AclBinding(*_described(right))


def _filter(right: plan.Right) -> AclBindingFilter:
    return AclBindingFilter(*_described(right))


def _settle(futures: Mapping[Any, "Future[Any]"]) -> None:
    """Wait for all futures. Raise the first refusal, with a note of the subject."""
    for subject, future in futures.items():
        try:
            future.result(SECONDS)
        except KafkaException as error:
            error.add_note(f"while changing {subject}")
            raise
