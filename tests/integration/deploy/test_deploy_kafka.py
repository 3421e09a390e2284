"""The rights of each user on the real broker, and what applying the plan leaves alone."""

import time
import uuid
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
)
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions

from deploy.kafka import apply as cluster
from deploy.kafka import plan
from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from shared.events.catalogue import Stream, of_opd
from shared.reference import opds

pytestmark = pytest.mark.timeout(120)


def _login(kafka: LocalKafka, user: str, password: str) -> dict[str, str]:
    return {
        "bootstrap_servers": kafka.bootstrap,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": user,
        "sasl_plain_password": password,
    }


@pytest.fixture
def as_user(cluster_ready: LocalKafka, secrets: Secrets) -> "Login":
    return Login(cluster_ready, secrets)


class Login:
    """Makes clients of one principal."""

    def __init__(self, kafka: LocalKafka, secrets: Secrets) -> None:
        self.kafka, self._secrets = kafka, secrets

    def __call__(self, user: str) -> dict[str, str]:
        return _login(self.kafka, user, self._secrets.get(f"kafka-{user}"))


async def _write(login: dict[str, str], topic: str) -> int:
    producer = AIOKafkaProducer(**login, acks="all", enable_idempotence=True, request_timeout_ms=5000)
    try:
        await producer.start()
        return int((await producer.send_and_wait(topic, b"{}", key=b"k")).offset)
    finally:
        await producer.stop()


async def _read(login: dict[str, str], topic: str, group: str, offset: int = 0) -> bytes | None:
    """The first record at or after an offset: other tests may have written before."""
    consumer = AIOKafkaConsumer(topic, **login, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False)
    try:
        await consumer.start()
        while (record := await consumer.getone()).offset < offset:
            pass
        await consumer.commit()
        value: bytes | None = record.value
        return value
    finally:
        await consumer.stop()


async def test_an_opd_writes_its_updates_and_the_router_reads_them(as_user: Login) -> None:
    offset = await _write(as_user("opd-dishub"), "opd.dishub.updates.v1")
    assert await _read(as_user("router"), "opd.dishub.updates.v1", "router", offset) == b"{}"


async def test_the_router_writes_an_assignment_and_the_opd_reads_it_in_a_group_of_its_own(as_user: Login) -> None:
    offset = await _write(as_user("router"), "opd.dishub.assignments.v1")
    assert await _read(as_user("opd-dishub"), "opd.dishub.assignments.v1", "opd.dishub.app", offset) == b"{}"


@pytest.mark.parametrize(
    ("user", "topic"),
    [
        ("opd-dishub", "opd.dinkes.updates.v1"),
        ("opd-dishub", "opd.dishub.assignments.v1"),
        ("opd-dishub", "complaint.cases.v1"),
        ("sla", "complaint.cases.v1"),
        ("intake", "complaint.deadlines.v1"),
        ("router", "opd.dishub.updates.v1"),
    ],
)
async def test_nobody_writes_a_stream_of_somebody_else(as_user: Login, user: str, topic: str) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        await _write(as_user(user), topic)


@pytest.mark.parametrize(
    ("user", "topic", "group"),
    [
        ("opd-dishub", "opd.dinkes.assignments.v1", "opd.dishub.app"),
        ("opd-dishub", "complaint.contacts.v1", "opd.dishub.app"),
        ("sla", "complaint.contacts.v1", "sla"),
        ("router", "complaint.contacts.v1", "router"),
    ],
)
async def test_nobody_reads_what_is_not_for_them(as_user: Login, user: str, topic: str, group: str) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        await _read(as_user(user), topic, group)


async def test_an_opd_cannot_join_the_group_of_another(as_user: Login) -> None:
    with pytest.raises(GroupAuthorizationFailedError):
        await _read(as_user("opd-dishub"), "opd.dishub.assignments.v1", "opd.dinkes.app")


async def test_a_wrong_password_is_refused(as_user: Login) -> None:
    consumer = AIOKafkaConsumer(**_login(as_user.kafka, "router", "wrong"))
    with pytest.raises((SaslAuthenticationFailed, KafkaConnectionError)):
        await consumer.start()
    await consumer.stop()


def test_applying_again_changes_nothing(cluster_ready: LocalKafka, kafka_admin: AdminClient) -> None:
    codes = list(opds())
    assert cluster.topics(kafka_admin, plan.every_stream(codes), 1) == 0
    assert cluster.rights(kafka_admin, plan.rights(codes)) == (0, 0)


def test_added_partitions_stay_but_not_where_they_lose_the_order(
    cluster_ready: LocalKafka, kafka_admin: AdminClient
) -> None:
    ours = Stream("uji.lebih.v1", "router", ("sla",), {}, partitions=1)
    foreign = Stream("uji.luar.v1", "opd", ("router",), {}, partitions=1, external=True)
    both = [ours, foreign]
    assert cluster.topics(kafka_admin, both, 1) == 2
    added = kafka_admin.create_partitions([NewPartitions(ours.topic, 3), NewPartitions(foreign.topic, 3)])
    for future in added.values():
        future.result(30)
    deadline = time.monotonic() + 60
    while {3} != {len(kafka_admin.list_topics(one.topic, timeout=10).topics[one.topic].partitions) for one in both}:
        assert time.monotonic() < deadline, "the broker tells of the new partitions"
        time.sleep(0.2)
    assert cluster.topics(kafka_admin, [ours], 1) == 0
    with pytest.raises(cluster.PartitionsDiffer, match=foreign.topic):
        cluster.topics(kafka_admin, both, 1)
    with pytest.raises(cluster.PartitionsDiffer, match=ours.topic):
        cluster.topics(kafka_admin, [replace(ours, partitions=6)], 1)
    for deleted in kafka_admin.delete_topics([ours.topic, foreign.topic]).values():
        deleted.result(30)


def test_a_right_that_the_catalogue_does_not_give_is_taken_back(
    cluster_ready: LocalKafka, kafka_admin: AdminClient
) -> None:
    wanted = plan.rights(list(opds()))
    extra = plan.Right("opd-dishub", "topic", "literal", "complaint.cases.v1", "READ")
    assert cluster.rights(kafka_admin, wanted | {extra}) == (1, 0)
    # The broker hears of a right from its controller, which has acknowledged it a moment before.
    deadline = time.monotonic() + 30
    while (changed := cluster.rights(kafka_admin, wanted)) == (0, 0):
        assert time.monotonic() < deadline, "the broker tells of the right"
        time.sleep(0.1)
    assert changed == (0, 1)


def test_a_topic_of_one_copy_never_waits_for_two(cluster_ready: LocalKafka, kafka_admin: AdminClient) -> None:
    """More brokers came later. The topic keeps its one copy, and two in sync would refuse every record."""
    stream = replace(of_opd("dishub")[0], topic=f"percobaan.{uuid.uuid4()}", partitions=1)
    cluster.topics(kafka_admin, [stream], 1)
    _until_there(kafka_admin, stream.topic)
    cluster.topics(kafka_admin, [stream], 3)
    resource = ConfigResource(ConfigResource.Type.TOPIC, stream.topic)
    (found,) = kafka_admin.describe_configs([resource]).values()
    assert found.result(10)["min.insync.replicas"].value == "1"


def _until_there(admin: AdminClient, topic: str) -> None:
    while topic not in admin.list_topics(timeout=10).topics:
        time.sleep(0.1)
