"""JSON values in few words, for pages that compare them."""

import json
from typing import Any

from trackingplans.domain.legible import names_until, shortened
from trackingplans.domain.paths import MISSING

LONGEST = 200


def told_value(value: Any) -> str:
    """A value as a page shows it; '' for nothing."""
    if value is None or value is MISSING:
        return ""
    if isinstance(value, str):
        return shortened(value, LONGEST)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return shortened(", ".join(value), LONGEST)
    if names := names_until(value):
        return shortened(names, LONGEST)
    return shortened(json.dumps(value, ensure_ascii=False), LONGEST)
