"""The formats a plan can come in and go out as: which one a text is, and reading and writing each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trackingplans.domain.plan import PlanError, Problem
from trackingplans.interchange import (
    planwright,
    reading,
    schema_files,
    segment,
    segment_config,
    segment_csv,
    segment_flat,
)
from trackingplans.interchange.carrying import Carried, Written, origin_of

JSON = "application/json"
YAML = "application/yaml"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
_WORKBOOK = "xlsx"


@dataclass(frozen=True, slots=True)
class Format:
    """`words`: what people call it. `ending`: of a file's name. `is_binary`: written only, and no text."""

    name: str
    words: str
    content_type: str
    ending: str
    is_binary: bool = False


FORMATS = {
    one.name: one
    for one in (
        Format("planwright-yaml", "Planwright, YAML", YAML, "yaml"),
        Format("planwright-json", "Planwright, JSON", JSON, "json"),
        Format(segment.NAME, "Segment Public API", JSON, "json"),
        Format(segment_flat.NAME, "Segment, as Typewriter caches it", JSON, "json"),
        Format(segment_config.NAME, "Segment Config API (the old one)", JSON, "json"),
        Format(segment_csv.NAME, "Segment, a sheet (CSV)", CSV, "csv"),
        Format(_WORKBOOK, "Excel (XLSX)", XLSX, "xlsx", is_binary=True),
        Format(schema_files.NAME, "JSON Schema, a file for each event (ZIP)", ZIP, "zip", is_binary=True),
    )
}


@dataclass(frozen=True, slots=True)
class Export:
    """A plan in a format: as text, unless the format is binary; `losses` are what the format has no place for."""

    format: Format
    text: str
    losses: list[str]
    packed: bytes = b""

    @property
    def data(self) -> bytes:
        """The file's bytes."""
        return self.packed if self.format.is_binary else self.text.encode()


def detect(raw: bytes | str) -> Carried:
    """Reads a plan of any format, told by its content alone.

    Raises PlanError with the place: line and column of a syntax error, else a dotted path.
    """
    sheet = sheet_in(raw)
    if sheet is not None:
        return segment_csv.read(sheet)
    value = reading.read(raw)
    start = (raw if isinstance(raw, bytes) else raw[:100].encode(errors="replace")).lstrip(
        b"\xef\xbb\xbf \t\r\n"
    )[:1]
    return recognised(value, is_json=start in (b"{", b"["))


def sheet_in(raw: bytes | str) -> str | None:
    """The text, if it is a plan as a sheet: such a one is no JSON and no YAML. Raises PlanError."""
    text = reading.decoded(raw)
    return text if segment_csv.recognises(text) else None


def recognised(value: Any, *, is_json: bool) -> Carried:
    """The plan in a value that `reading.read` gave; `is_json` tells our own two formats apart. Raises PlanError."""
    if planwright.recognises(value):
        return planwright.read(value, "planwright-json" if is_json else "planwright-yaml")
    if segment.recognises(value):
        return segment.read(value)
    if segment_config.recognises(value):
        return segment_config.read(value)
    sentence = (
        "This is not a plan we can read: no “planwright” key as in our own document, "
        "and no list of rules as in Segment's. Paste the whole file or answer."
    )
    raise PlanError([Problem("", sentence)])


def content_type(format: Format) -> str:
    """As HTTP says it."""
    return format.content_type if format.is_binary else f"{format.content_type}; charset=utf-8"


def own(document: dict[str, Any]) -> str:
    """The format the plan came in: writing that one loses nothing of what came."""
    came = origin_of(document).get("format")
    return (
        came
        if isinstance(came, str) and came in FORMATS and not FORMATS[came].is_binary
        else "planwright-json"
    )


def write(document: dict[str, Any], name: str) -> Export:
    """The plan in the format `name`, a key of FORMATS. Raises PlanError if that cannot say it."""
    written = _WRITERS.get(name, planwright.write)(document)
    if FORMATS[name].is_binary:
        return Export(FORMATS[name], "", written.losses, written.value)
    return Export(FORMATS[name], _TEXTS.get(name, planwright.json_text)(written.value), written.losses)


def _workbook(document: dict[str, Any]) -> Written:
    from trackingplans.interchange.sheets import writing  # noqa: PLC0415  # openpyxl: 0.3 s at every start of planwright

    return writing.write(document)


_WRITERS: dict[str, Callable[[dict[str, Any]], Written]] = {
    segment.NAME: segment.write,
    segment_flat.NAME: segment.write_flat,
    segment_config.NAME: segment_config.write,
    segment_csv.NAME: segment_csv.write,
    _WORKBOOK: _workbook,
    schema_files.NAME: schema_files.write,
}
_TEXTS: dict[str, Callable[[Any], str]] = {"planwright-yaml": planwright.yaml_text, segment_csv.NAME: str}
