"""The Helm charts of a cluster, and what checks them."""
