"""What happens, in order: a request's story, its attempts and the relay of its stream."""
