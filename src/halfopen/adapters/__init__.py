"""The only rooms that touch the world: sockets, files, processes and third-party clients."""
