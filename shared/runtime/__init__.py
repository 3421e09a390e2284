"""The runtime: the one place that wires the parts of a service and starts them."""
