"""OpenAI's chat completions: request, answer and stream."""
