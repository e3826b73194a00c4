"""Google's generateContent, as the Gemini API speaks it: request, answer and stream."""
