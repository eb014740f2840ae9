"""How to send to a source: what to paste for each way of sending, with its real key and address."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from trackingplans.models import Source, SourceType


@dataclass(frozen=True, slots=True)
class Snippet:
    """`key`: its word in URLs; `note`: what to know beside the code."""

    key: str
    title: str
    code: str
    note: str


def snippets(key: str, base_url: str) -> list[Snippet]:
    """For each way of sending, the code that sends one `Setup Checked` event with this write key."""
    parts = urlsplit(base_url)
    words = {"KEY": key, "BASE": base_url, "HOST": parts.netloc + parts.path, "SCHEME": parts.scheme}
    return [Snippet(name, title, _filled(code, words), note) for name, title, code, note in _SNIPPETS]


def first_for(source: Source) -> str:
    """The way of sending that a source of this type most likely uses."""
    return {SourceType.WEB: "browser", SourceType.SERVER: "python", SourceType.WEBHOOK: "webhook"}.get(
        SourceType(source.type), "curl"
    )


def _filled(code: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        code = code.replace(f"<{word}>", value)
    return code


_SNIPPETS = (
    (
        "python",
        "Python",
        """# pip install segment-analytics-python
import segment.analytics as analytics

analytics.write_key = "<KEY>"
analytics.host = "<BASE>"

analytics.track("user-1", "Setup Checked", {"from": "python"})
analytics.flush()
""",
        "RudderStack's Python SDK works the same way: set dataPlaneUrl instead of host.",
    ),
    (
        "node",
        "Node",
        """// npm install @segment/analytics-node
import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "<KEY>", host: "<BASE>" });

analytics.track({ userId: "user-1", event: "Setup Checked", properties: { from: "node" } });
await analytics.closeAndFlush();
""",
        "RudderStack's Node SDK: new Analytics(writeKey, { dataPlaneUrl: … }).",
    ),
    (
        "browser",
        "Browser",
        """// npm install @segment/analytics-next
import { AnalyticsBrowser } from "@segment/analytics-next";

const analytics = AnalyticsBrowser.load(
  { writeKey: "<KEY>", cdnURL: "<BASE>" },
  { integrations: { "Segment.io": { apiHost: "<HOST>/v1", protocol: "<SCHEME>" } } },
);

analytics.track("Setup Checked", { from: "browser" });
""",
        "apiHost has no https:// in front and ends in /v1. cdnURL makes the SDK take its settings from here too.",
    ),
    (
        "curl",
        "curl",
        """curl <BASE>/v1/track -u <KEY>: -H 'Content-Type: application/json' \\
  -d '{"userId": "user-1", "event": "Setup Checked", "properties": {"from": "curl"}}'
""",
        "Any client of Segment's HTTP Tracking API works: the key is the user name of Basic authentication.",
    ),
    (
        "webhook",
        "Segment webhook",
        """<BASE>/v1/events?write_key=<KEY>
""",
        "Listen before you reroute anything: in Segment (or RudderStack) add a Webhooks destination to the source "
        "and paste this address. It takes one message or a list of them.",
    ),
)
