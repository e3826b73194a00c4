"""OpenAI's responses: request, answer and stream."""
