"""Plan documents in and out of the database: rules by content, the rest as one text."""

import hashlib
import json
from typing import Any

from trackingplans.models import PlanVersion, StoredRule, TrackingPlan


def document(version: PlanVersion) -> dict[str, Any]:
    """The plan document of a version, as it was published; keys in their order."""
    rows = StoredRule.objects.for_workspace(version.workspace).filter(digest__in=version.rules)
    texts = dict(rows.values_list("digest", "document"))
    found: dict[str, Any] = json.loads(version.settings)
    found["rules"] = [json.loads(texts[digest]) for digest in version.rules]
    return found


def store(plan: TrackingPlan, document: dict[str, Any]) -> tuple[str, list[str]]:
    """Keeps each rule that is new to the workspace; gives the text of the rest, and the rules' digests in order.

    Text is ASCII JSON, keys in the document's order: NUL, lone surrogates and people's order survive in it.
    """
    texts = [_text(rule) for rule in document.get("rules", [])]
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    rows = [
        StoredRule(workspace=plan.workspace, digest=digest, document=text)
        for digest, text in dict(zip(digests, texts, strict=True)).items()
    ]
    StoredRule.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return _text({**document, "rules": []}), digests


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
