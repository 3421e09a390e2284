"""Addresses with several hosts, and what follows from the number of brokers."""

from pathlib import Path

import pytest

from deploy.kafka import plan
from deploy.local.infra import Infra
from deploy.local.kafka_cluster import LocalCluster, OtherSize
from deploy.postgres.apply import dsn_for, in_database
from shared.postgres.pool import each_host

PAIR = "postgresql://postgres:rahasia@db-1:5432,db-2:5433/postgres?target_session_attrs=primary"


def test_a_role_reaches_the_same_hosts_by_the_same_rule() -> None:
    told = dsn_for(PAIR, "router", "p@ss")
    assert told == "postgresql://router:p%40ss@db-1:5432,db-2:5433/tanggap?target_session_attrs=primary"


def test_another_database_keeps_hosts_and_rule() -> None:
    assert in_database(PAIR, "tanggap") == PAIR.replace("/postgres?", "/tanggap?")


def test_each_host_has_an_address_of_its_own() -> None:
    assert list(each_host(PAIR)) == [
        "postgresql://postgres:rahasia@db-1:5432/postgres?target_session_attrs=primary",
        "postgresql://postgres:rahasia@db-2:5433/postgres?target_session_attrs=primary",
    ]


def test_an_address_without_a_login_is_left_as_it_is() -> None:
    assert list(each_host("postgresql://db-1/tanggap")) == ["postgresql://db-1/tanggap"]


@pytest.mark.parametrize(("copies", "in_sync"), [(1, 1), (2, 1), (3, 2)])
def test_of_three_copies_one_may_be_lost(copies: int, in_sync: int) -> None:
    assert plan.in_sync(copies) == in_sync


def test_a_folder_of_one_broker_is_not_taken_for_three(tmp_path: Path) -> None:
    data = tmp_path / "kafka" / "data"
    data.mkdir(parents=True)
    (data / "meta.properties").write_text("version=1\n")
    with pytest.raises(OtherSize, match="a cluster of 1 broker"):
        LocalCluster(tmp_path, 3).start()


def test_one_server_of_a_pair_is_not_started_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres-2").mkdir()
    with pytest.raises(OtherSize, match="one of a pair"):
        Infra(tmp_path).start()
