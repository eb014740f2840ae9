"""A plan as JSON Schemas: a file for each event, and a list of them, in a ZIP."""

import io
import json
import re
import zipfile
from typing import Any

from trackingplans.interchange import uncarried
from trackingplans.interchange.carrying import Written

NAME = "json-schema"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # so that equal plans give equal files


def write(document: dict[str, Any]) -> Written:
    """The ZIP as bytes. A schema is that of the whole message, as the plan has it."""
    losses = uncarried.Losses()
    files: dict[str, str] = {}
    listed = []
    for rule in document.get("rules", []):
        losses.add(uncarried.of_rule(rule, {}))
        kind, name, version = rule["type"], rule.get("name") or "", rule.get("version") or 1
        path = _path(kind, name, version, files)
        files[path] = _text(rule.get("schema", {}))
        listed.append({"type": kind, "name": name, "version": version, "file": path})
    losses.add(uncarried.of_plan(document))
    files["events.json"] = _text({"plan": document.get("name", ""), "events": listed})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), text, zipfile.ZIP_DEFLATED)
    return Written(out.getvalue(), losses.sentences())


def _path(kind: str, name: str, version: int, taken: dict[str, str]) -> str:
    """A file's name that is safe and not there yet."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or kind
    path = f"{kind}/{words}{f'-v{version}' if version > 1 else ''}"
    count, free = 1, path
    while f"{free}.json" in taken:
        count += 1
        free = f"{path}-{count}"
    return f"{free}.json"


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
