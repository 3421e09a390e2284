"""The plan of the cluster, as plain values."""

from datetime import timedelta

import pytest

from deploy.kafka import plan
from shared.events.catalogue import CASES, CONTACTS, INTERNAL, Stream, of_opd

RIGHTS = plan.rights(["dis", "dishub"])


def _who(operation: str, topic: str) -> set[str]:
    return {
        r.principal
        for r in RIGHTS
        if r.resource == "topic" and r.pattern == "literal" and r.name == topic and r.operation == operation
    }


@pytest.mark.parametrize("stream", INTERNAL, ids=lambda stream: stream.topic)
def test_every_internal_stream_has_one_writer(stream: Stream) -> None:
    assert _who("WRITE", stream.topic) == {stream.writer}


def test_only_the_notifier_reads_contact_data() -> None:
    assert _who("READ", CONTACTS) == {"notifier"}


def test_an_opd_reads_no_internal_stream() -> None:
    assert not {who for who in _who("READ", CASES) if who.startswith("opd-")}


def test_every_prefix_of_an_opd_ends_in_a_dot() -> None:
    prefixes = {right.name for right in RIGHTS if right.pattern == "prefixed" and right.principal.startswith("opd-")}
    assert prefixes == {"opd.dis.", "opd.dishub."}


def test_an_erasure_leaves_the_internal_streams_within_three_days() -> None:
    for stream in INTERNAL:
        config = plan.topic_config(stream, 1)
        assert int(config["retention.ms"]) + int(config["segment.ms"]) <= timedelta(days=3) // timedelta(milliseconds=1)


def test_what_an_opd_says_is_dated_by_its_arrival() -> None:
    dated = {s.topic.split(".")[2]: plan.topic_config(s, 1)["message.timestamp.type"] for s in of_opd("dishub")}
    assert dated == {"assignments": "CreateTime", "updates": "LogAppendTime", "replies": "CreateTime"}


def test_a_cluster_of_three_needs_two_in_sync() -> None:
    assert plan.topic_config(INTERNAL[0], 3)["min.insync.replicas"] == "2"
