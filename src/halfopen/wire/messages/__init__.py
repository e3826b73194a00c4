"""Anthropic's messages: request, answer and stream."""
