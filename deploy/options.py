"""Options that several commands of `deploy` share: each names its variable and says once what it is."""

from typing import Annotated

import typer

AdminDsn = Annotated[
    str, typer.Option(envvar="TANGGAP_ADMIN_DSN", help="superuser of the server, used for nothing else")
]
Database = Annotated[str, typer.Option(envvar="TANGGAP_DATABASE", help="the name of the database")]
Bootstrap = Annotated[str, typer.Option(envvar="TANGGAP_KAFKA_BOOTSTRAP", help="the brokers, as host:port")]
KafkaAdmin = Annotated[
    str, typer.Option(envvar="TANGGAP_KAFKA_ADMIN_USER", help="the user that may change topics, users and rights")
]
KafkaPassword = Annotated[str, typer.Option(envvar="TANGGAP_KAFKA_ADMIN_PASSWORD", help="its password")]
Mechanism = Annotated[str, typer.Option(envvar="TANGGAP_KAFKA_ADMIN_MECHANISM", help="its login")]
Security = Annotated[str, typer.Option(envvar="TANGGAP_KAFKA_SECURITY", help="the protocol with Kafka")]
Authority = Annotated[
    str | None, typer.Option(envvar="TANGGAP_KAFKA_CA", help="the file of the authority of the brokers' certificates")
]
