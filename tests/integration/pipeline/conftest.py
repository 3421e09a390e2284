"""Raw records for the tests of the pipeline."""

import pytest

from deploy.local.kafka import LocalKafka
from tests.support.raw import Post


@pytest.fixture
def post(cluster_ready: LocalKafka) -> Post:
    return Post(cluster_ready)
