"""Facts about a request, from the request alone, computed only when a lane asks."""
