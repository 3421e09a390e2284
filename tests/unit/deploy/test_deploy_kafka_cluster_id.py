"""A cluster's id is given to a tool as an argument of its own."""

import uuid

import pytest

from deploy.local.kafka import cluster_id


def test_a_cluster_id_never_looks_like_an_option(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([b"\xf8" + bytes(15), b"\xfb" + bytes(15), bytes(range(16))])
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(bytes=next(drawn)))
    assert cluster_id() == "AAECAwQFBgcICQoLDA0ODw"
