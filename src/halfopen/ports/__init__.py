"""What the flows need of the world, as small Protocols; who keeps them is decided in `apps.wiring`."""
