"""Raw records and bare steps for the tests of the pipeline."""

import pytest

from deploy.local.kafka import LocalKafka
from tests.support.raw import Post
from tests.support.steps import intake, router

__all__ = ["intake", "post", "router"]


@pytest.fixture
def post(cluster_ready: LocalKafka) -> Post:
    return Post(cluster_ready)
