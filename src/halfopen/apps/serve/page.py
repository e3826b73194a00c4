"""The page at `/`: how to call the gateway, until the console is there."""

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>halfopen</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:42em;margin:3em auto;padding:0 1em}
pre{background:#f4f4f4;padding:1em;overflow:auto}code{font-size:.95em}</style>
<h1>halfopen is running</h1>
<p>Open or closed models? Decide with evidence, route with guarantees. The console is not built yet;
everything it will show is served here as JSON:</p>
<ul>
<li><a href="/v1/models">/v1/models</a>: the lanes, and every offer that can be called</li>
<li><code>POST /halfopen/explain</code>: where a request would go, and why</li>
<li><code>/halfopen/requests/&lt;id&gt;</code>: what became of a request, what it used and cost</li>
<li><a href="/metrics">/metrics</a>, <a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a></li>
</ul>
<p>Point any OpenAI client at <code>/v1</code> here, or an Anthropic client at <code>/</code>, and name a lane as the
model:
<code>halfopen/realtime</code>, <code>halfopen/background</code>, <code>halfopen/private</code>.</p>
</html>
"""
