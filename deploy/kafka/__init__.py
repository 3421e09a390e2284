"""Topics, users and rights of the Kafka cluster, all from the catalogue in `shared.events`."""
