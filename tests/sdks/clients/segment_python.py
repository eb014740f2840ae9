"""URL WRITE_KEY CALLS: sends the calls of that file as segment-analytics-python does by default."""

import json
import sys
from pathlib import Path

from segment.analytics.client import Client  # type: ignore[import-untyped]

url, write_key, calls = sys.argv[1:]
failures = []
client = Client(write_key, host=url, on_error=lambda error, batch: failures.append(error))
for call in json.loads(Path(calls).read_text()):
    kind, user = call["type"], call["userId"]
    if kind == "track":
        client.track(user, call["event"], call["properties"])
    elif kind == "page":
        client.page(user, name=call["name"], properties=call["properties"])
    elif kind == "screen":
        client.screen(user, name=call["name"], properties=call["properties"])
    elif kind == "identify":
        client.identify(user, call["traits"])
    elif kind == "group":
        client.group(user, call["groupId"], call["traits"])
    else:
        client.alias(call["previousId"], user)
client.shutdown()
sys.exit(f"{len(failures)} failed: {failures[0]}" if failures else 0)
