"""The partition of a key: the one that every other client of Kafka would choose."""

import pytest
from aiokafka.partitioner import DefaultPartitioner

from shared.ids import new_id
from shared.outbox.sender import partition_of


@pytest.mark.parametrize("partitions", [1, 3, 12, 48])
def test_a_key_goes_where_the_client_itself_would_put_it(partitions: int) -> None:
    places = list(range(partitions))
    for _ in range(200):
        key = str(new_id()).encode()
        assert partition_of(key, partitions) == DefaultPartitioner()(key, places, places)


def test_a_key_whose_hash_the_java_client_publishes() -> None:
    assert partition_of(b"21", 2**31) == -973932308 & 0x7FFFFFFF
