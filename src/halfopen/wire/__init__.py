"""The dialects, sans I/O: what is read and rewritten of a request, an answer and a stream, and how errors look."""
