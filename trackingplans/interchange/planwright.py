"""Our own plan document, as JSON or YAML: carries everything, unknown keys included."""

import json
from typing import Any

from trackingplans.domain.plan import PlanError, Problem
from trackingplans.interchange import yaml_writing
from trackingplans.interchange.carrying import Carried, Written


def recognises(value: Any) -> bool:
    return isinstance(value, dict) and "planwright" in value


def read(value: dict[str, Any], format: str) -> Carried:
    return Carried(format, value)


def write(document: dict[str, Any]) -> Written:
    return Written(document)


def json_text(value: Any) -> str:
    """Indented JSON that can be saved as UTF-8."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair: only an escape can say it
        text = json.dumps(value, indent=2, allow_nan=False)
    return text + "\n"


def yaml_text(value: Any) -> str:
    """YAML that our reader and any YAML 1.1 or 1.2 reader take for the same value. Raises PlanError."""
    try:
        return yaml_writing.text(value)
    except yaml_writing.Unsayable:
        sentence = "The plan holds half a character (a lone surrogate), which YAML cannot say. Export JSON."
        raise PlanError([Problem("", sentence)]) from None
