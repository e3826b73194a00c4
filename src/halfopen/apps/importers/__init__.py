"""What other gateways are configured with becomes a halfopen.yaml, and what has no place in it is told."""
