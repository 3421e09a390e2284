"""The named scenarios: each takes one part away, as docs/runbook.md describes, and states what must come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.run import Disturb
from tests.chaos.scenarios import brokers, clock, disk, kafka_lost, postgres_pair


@dataclass(frozen=True, slots=True)
class Scenario:
    """One disturbance under load, and the outcome that it asserts beside the general verdict."""

    outcome: str
    disturb: Disturb
    complaints: int = 300
    pace: float = 10.0
    # Nothing that Kafka holds was taken away or moved to other partitions.
    topics_whole: bool = True
    # What the `System` is made of.
    built: Mapping[str, Any] = field(default_factory=dict)
    # The part whose folder lies on a small disk of its own, and the size of that in MiB.
    small_disk: tuple[str, int] | None = None


SCENARIOS = {
    "brokers": Scenario(
        "of three brokers any one dies: accepting never stops, and complaints pass again within 10 s",
        brokers.lose_each,
        complaints=1_000,
        pace=25.0,
        built={"brokers": 3},
    ),
    "postgres-pair": Scenario(
        "the primary dies at load and a command promotes its standby: nothing acknowledged is lost, all services go on",
        postgres_pair.lose_each,
        pace=70.0,
        complaints=2_000,
        built={"standby": True},
    ),
    "without-kafka": Scenario(
        "ten minutes without Kafka while citizens file: every complaint is taken, and all pass when it is back",
        kafka_lost.be_without,
        pace=5.0,
    ),
    "groups-deleted": Scenario(
        "the groups of all services are gone, or their offsets expired: nothing is lost, and nothing happens twice",
        kafka_lost.delete_groups,
    ),
    "partitions-added": Scenario(
        "two streams get more partitions: nothing is lost or doubled, and `deploy.kafka apply` still works",
        kafka_lost.add_partitions,
        # A key's events lie in two partitions, between which there is no order.
        topics_whole=False,
    ),
    "kafka-emptied": Scenario(
        "all that Kafka held is gone: `apply` makes it anew, the books name what nobody had read, a republish mends it",
        kafka_lost.empty,
        topics_whole=False,
    ),
    "topic-recreated": Scenario(
        "a stream is deleted and made again: the books name what nobody had read, a republish mends it",
        kafka_lost.recreate_topic,
        topics_whole=False,
    ),
    "clock-back": Scenario(
        "the clock is set back by an hour under load: nothing is lost, doubled or out of order, and no deadline twice",
        clock.set_back,
        built={"clock": clock.BEGINS},
    ),
    "postgres-full": Scenario(
        "the disk of Postgres is full: callers are told to come again, and all goes on when there is room",
        disk.fill_postgres,
        small_disk=("postgres", 1_500),
    ),
    "kafka-full": Scenario(
        "the disk of the only broker is full: every complaint is taken, and all pass when it is back",
        disk.fill_kafka,
        small_disk=("kafka", 300),
    ),
}
