"""Plan documents in and out of the database: rules by content, the rest as one text."""

import hashlib
import json
from collections.abc import MutableMapping
from typing import Any

from trackingplans.models import PlanVersion, StoredRule, TrackingPlan


def document(
    version: PlanVersion, known: MutableMapping[str, dict[str, Any]] | None = None
) -> dict[str, Any]:
    """The plan document of a version, as it was published; keys in their order.

    `known`: rules by digest that are taken as they are, and get the others; whoever gives it changes no rule in place.
    """
    held = {} if known is None else known
    missing = [digest for digest in version.rules if digest not in held]
    rows = StoredRule.objects.for_workspace(version.workspace).filter(digest__in=missing)
    for digest, text in rows.values_list("digest", "document") if missing else ():
        held[digest] = json.loads(text)
    found: dict[str, Any] = json.loads(version.settings)
    found["rules"] = [held[digest] for digest in version.rules]
    return found


def store(plan: TrackingPlan, document: dict[str, Any]) -> tuple[str, list[str]]:
    """Keeps each rule that is new to the workspace; gives the text of the rest, and the rules' digests in order.

    Text is ASCII JSON, keys in the document's order: NUL, lone surrogates and people's order survive in it.
    """
    texts = [_text(rule) for rule in document.get("rules", [])]
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    known = set(
        StoredRule.objects.for_workspace(plan.workspace)
        .filter(digest__in=digests)
        .values_list("digest", flat=True)
    )
    rows = [
        StoredRule(workspace=plan.workspace, digest=digest, document=text)
        for digest, text in dict(zip(digests, texts, strict=True)).items()
        if digest not in known
    ]
    StoredRule.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return _text({**document, "rules": []}), digests


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
