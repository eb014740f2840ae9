"""A violation as a note for a developer, in Markdown: what a ticket needs."""

import json
from collections.abc import Sequence
from datetime import UTC

from accounts.templatetags.looks import visible
from trackingplans import live
from trackingplans.domain.correcting import corrected
from violations import ruling, tracing
from violations.models import Sample, Violation


def markdown(violation: Violation, samples: Sequence[Sample], how_often: str, permalink: str) -> str:
    """`samples` newest first; `how_often`: "412 of 9,804 in 24 h"."""
    source, detail = violation.source, violation.detail
    event = violation.event or violation.type
    began = f"{violation.first_seen_at.astimezone(UTC):%-d %b %Y, %H:%M} UTC"
    lines = [
        f"**{_plain(event)}**: {violation.message}",
        "",
        f"- Field: `{_plain(violation.path)}`" if violation.path != "(root)" else "- The whole message",
        f"- Expected: {detail['expected']}" if detail.get("expected") else "",
        f"- Got: `{_plain(tracing.got(samples[0]))}`" if samples and tracing.got(samples[0]) else "",
        f"- {detail['suggestion']}" if detail.get("suggestion") else "",
        f"- Source: {source.name} ({source.get_environment_display().lower()}){_releases(violation)}",
        f"- {violation.count:,} since {began}; {how_often}",
        f"- Plan: {violation.plan.name}" if violation.plan else "",
        f"- {permalink}",
    ]
    text = "\n".join(line for position, line in enumerate(lines) if line or position == 1)
    if not samples:
        return visible(text)
    document = json.dumps(json.loads(samples[0].message), ensure_ascii=False, indent=2)
    parts = [text, "Newest sample, personal values masked:", _fenced(document)]
    right = _corrected(violation, samples[0])
    if right:
        parts += ["The same call as the plan wants it:", _fenced(right)]
    return visible("\n\n".join(parts)) + "\n"


def _corrected(violation: Violation, sample: Sample) -> str:
    """The sample with all put right that is certain, as JSON; '' when nothing is."""
    plan, document = violation.plan, json.loads(sample.message)
    if plan is None or plan.live_version_id is None:
        return ""
    judged = ruling.judgement_of(live.compiled(plan.live_version_id), document)
    found = corrected(document, judged) if judged else None
    return json.dumps(found.document, ensure_ascii=False, indent=2) if found else ""


def _fenced(document: str) -> str:
    fence = "`" * max(3, _longest_run(document) + 1)
    return f"{fence}json\n{document}\n{fence}"


def _releases(violation: Violation) -> str:
    first, last = violation.first_release, violation.last_release
    if not (first or last):
        return ""
    return f", release {first or last}" if first == last or not last else f", releases {first} to {last}"


def _plain(text: str) -> str:
    """Text inside code marks: a backtick of its own would end them."""
    return text.replace("`", "'").replace("\n", " ")


def _longest_run(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    return longest
