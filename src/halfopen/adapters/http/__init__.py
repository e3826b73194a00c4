"""The upstream client: HTTP/1.1 to the endpoints of a table, and to nothing else."""

from halfopen.adapters.http.client import Client
from halfopen.adapters.http.endpoint import Endpoint

__all__ = ["Client", "Endpoint"]
