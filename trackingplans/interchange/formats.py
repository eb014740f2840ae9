"""The formats a plan can come in and go out as: which one a text is, and reading and writing each."""

from dataclasses import dataclass
from typing import Any

from trackingplans.domain.plan import PlanError, Problem
from trackingplans.interchange import planwright, reading, segment, segment_flat
from trackingplans.interchange.carrying import Carried, origin_of

JSON = "application/json"
YAML = "application/yaml"


@dataclass(frozen=True, slots=True)
class Format:
    """`words`: what people call it. `ending`: of a file's name."""

    name: str
    words: str
    content_type: str
    ending: str


FORMATS = {
    one.name: one
    for one in (
        Format("planwright-yaml", "Planwright, YAML", YAML, "yaml"),
        Format("planwright-json", "Planwright, JSON", JSON, "json"),
        Format(segment.NAME, "Segment Public API", JSON, "json"),
        Format(segment_flat.NAME, "Segment, as Typewriter caches it", JSON, "json"),
    )
}


@dataclass(frozen=True, slots=True)
class Export:
    """A plan as text in a format; `losses` are the things that the format has no place for."""

    format: Format
    text: str
    losses: list[str]


def detect(raw: bytes | str) -> Carried:
    """Reads a plan of any format, told by its content alone.

    Raises PlanError with the place: line and column of a syntax error, else a dotted path.
    """
    value = reading.read(raw)
    start = (raw if isinstance(raw, bytes) else raw[:100].encode(errors="replace")).lstrip(
        b"\xef\xbb\xbf \t\r\n"
    )[:1]
    return recognised(value, is_json=start in (b"{", b"["))


def recognised(value: Any, *, is_json: bool) -> Carried:
    """The plan in a value that `reading.read` gave; `is_json` tells our own two formats apart. Raises PlanError."""
    if planwright.recognises(value):
        return planwright.read(value, "planwright-json" if is_json else "planwright-yaml")
    if segment.recognises(value):
        return segment.read(value)
    sentence = (
        "This is not a plan we can read: no “planwright” key as in our own document, "
        "and no list of rules as in Segment's. Paste the whole file or answer."
    )
    raise PlanError([Problem("", sentence)])


def own(document: dict[str, Any]) -> str:
    """The format the plan came in: writing that one loses nothing of what came."""
    came = origin_of(document).get("format")
    return came if isinstance(came, str) and came in FORMATS else "planwright-json"


def write(document: dict[str, Any], name: str) -> Export:
    """The plan as text in the format `name`, a key of FORMATS. Raises PlanError if that cannot say it."""
    if name == segment.NAME:
        written = segment.write(document)
    elif name == segment_flat.NAME:
        written = segment.write_flat(document)
    else:
        written = planwright.write(document)
    to_text = planwright.yaml_text if name == "planwright-yaml" else planwright.json_text
    return Export(FORMATS[name], to_text(written.value), written.losses)
