"""Code that sends a message, ready to paste: one snippet for each of six SDKs, written from the message itself."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

INDENT = "  "


@dataclass(frozen=True, slots=True)
class Snippet:
    """`key`: its word in URLs."""

    key: str
    title: str
    code: str


def snippets(message: Mapping[str, Any]) -> list[Snippet]:
    """For each SDK the call that sends the message (a document like `samples.message` makes)."""
    call = _Call.of(message)
    return [Snippet(key, title, write(call)) for key, title, write in _SDKS]


@dataclass(frozen=True, slots=True)
class _Call:
    """A message taken apart. `facts`: its properties or traits, `facts_key` says which."""

    type: str
    name: str
    user: str
    group: str
    facts: dict[str, Any]
    facts_key: str
    version: int

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> "_Call":
        kind = str(message.get("type", "track"))
        key = "traits" if kind in {"identify", "group"} else "properties"
        context = message.get("context")
        protocols = context.get("protocols") if isinstance(context, dict) else None
        version = protocols.get("event_version", 1) if isinstance(protocols, dict) else 1
        name = message.get("event") or message.get("name") or ""
        facts = message.get(key)
        return cls(
            kind, str(name), str(message.get("userId", "user-1")), str(message.get("groupId", "group-1")),
            facts if isinstance(facts, dict) else {}, key, version if isinstance(version, int) else 1,
        )  # fmt: skip

    @property
    def context(self) -> dict[str, Any]:
        return {"protocols": {"event_version": self.version}} if self.version > 1 else {}

    @property
    def comment(self) -> str:
        """For SDKs whose calls take no context."""
        said = f"// In a plugin, set context.protocols.event_version to {self.version}: this is version {self.version}."
        return f"{said}\n" if self.version > 1 else ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _listed(start: str, parts: list[str], end: str, depth: int) -> str:
    """`{ a, b }` over several lines; on one while it is short."""
    if not parts:
        return start + end
    short = f"{start}{', '.join(parts)}{end}"
    if len(short) < 60 and "\n" not in short:
        return short
    inner = INDENT * (depth + 1)
    return f"{start}\n" + "".join(f"{inner}{part},\n" for part in parts) + f"{INDENT * depth}{end}"


def _javascript(value: Any, depth: int = 0) -> str:
    if isinstance(value, dict):
        parts = [f"{_key(key)}: {_javascript(inner, depth + 1)}" for key, inner in value.items()]
        return _listed("{", parts, "}", depth)
    if isinstance(value, list):
        return _listed("[", [_javascript(inner, depth + 1) for inner in value], "]", depth)
    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return key if key.isidentifier() and key.isascii() else _quoted(key)


def _python(value: Any, depth: int = 0) -> str:
    if isinstance(value, dict):
        parts = [f"{_quoted(key)}: {_python(inner, depth + 1)}" for key, inner in value.items()]
        return _listed("{", parts, "}", depth)
    if isinstance(value, list):
        return _listed("[", [_python(inner, depth + 1) for inner in value], "]", depth)
    return _quoted(value) if isinstance(value, str) else repr(value)


def _swift(value: Any, depth: int = 0) -> str:
    if isinstance(value, dict):
        parts = [f"{_swift_text(key)}: {_swift(inner, depth + 1)}" for key, inner in value.items()]
        made = _listed("[", parts, "]", depth) if parts else "[:]"
        return f"{made} as [String: Any]" if depth else made
    if isinstance(value, list):
        made = _listed("[", [_swift(inner, depth + 1) for inner in value], "]", depth)
        return f"{made} as [Any]"
    if isinstance(value, str):
        return _swift_text(value)
    return "NSNull()" if value is None else json.dumps(value)


def _swift_text(text: str) -> str:
    return _quoted(text).replace("\\b", "\\u{8}").replace("\\f", "\\u{c}")


def _kotlin(facts: Mapping[str, Any], depth: int = 0) -> str:
    inner = INDENT * (depth + 1)
    lines = "".join(f"{inner}{_kotlin_put(key, value, depth + 1)}\n" for key, value in facts.items())
    return f"{{\n{lines}{INDENT * depth}}}" if lines else "{}"


def _kotlin_put(key: str, value: Any, depth: int) -> str:
    if isinstance(value, dict):
        return f"putJsonObject({_kotlin_text(key)}) {_kotlin(value, depth)}"
    if isinstance(value, list):
        return f"putJsonArray({_kotlin_text(key)}) {_kotlin_items(value, depth)}"
    return f"put({_kotlin_text(key)}, {_kotlin_value(value)})"


def _kotlin_items(items: list[Any], depth: int) -> str:
    inner = INDENT * (depth + 1)
    lines = []
    for item in items:
        if isinstance(item, dict):
            lines.append(f"{inner}addJsonObject {_kotlin(item, depth + 1)}\n")
        elif isinstance(item, list):
            lines.append(f"{inner}addJsonArray {_kotlin_items(item, depth + 1)}\n")
        else:
            lines.append(f"{inner}add({_kotlin_value(item)})\n")
    return f"{{\n{''.join(lines)}{INDENT * depth}}}" if lines else "{}"


def _kotlin_value(value: Any) -> str:
    if isinstance(value, str):
        return _kotlin_text(value)
    return "JsonNull" if value is None else json.dumps(value)


def _kotlin_text(text: str) -> str:
    return _quoted(text).replace("$", "\\$").replace("\\f", "\\u000c")


def _go(value: Any, depth: int = 0, kind: str = "map[string]any") -> str:
    if isinstance(value, dict):
        parts = [f"{_go_text(key)}: {_go(inner, depth + 1)}" for key, inner in value.items()]
        return _listed(f"{kind}{{", parts, "}", depth)
    if isinstance(value, list):
        return _listed("[]any{", [_go(inner, depth + 1) for inner in value], "}", depth)
    if isinstance(value, str):
        return _go_text(value)
    return "nil" if value is None else json.dumps(value)


def _go_text(text: str) -> str:
    return _quoted(text)


def _with_browser(call: _Call) -> str:
    first = {"identify": call.user, "group": call.group}.get(call.type, call.name)
    options = f", {_javascript({'context': call.context})}" if call.context else ""
    named = f"{_quoted(first)}, " if first else ""
    return f"analytics.{call.type}({named}{_javascript(call.facts)}{options});\n"


def _with_node(call: _Call) -> str:
    said: dict[str, Any] = {"userId": call.user}
    if call.type == "track":
        said["event"] = call.name
    elif call.type == "group":
        said["groupId"] = call.group
    elif call.name:
        said["name"] = call.name
    said[call.facts_key] = call.facts
    if call.context:
        said["context"] = call.context
    return f"analytics.{call.type}({_javascript(said)});\n"


def _with_python(call: _Call) -> str:
    said: list[tuple[str, Any]] = [("user_id", call.user)]
    if call.type == "track":
        said.append(("event", call.name))
    elif call.type == "group":
        said.append(("group_id", call.group))
    elif call.name:
        said.append(("name", call.name))
    said.append((call.facts_key, call.facts))
    if call.context:
        said.append(("context", call.context))
    lines = "".join(f"{INDENT}{key}={_python(value, 1)},\n" for key, value in said)
    return f"analytics.{call.type}(\n{lines})\n"


def _with_swift(call: _Call) -> str:
    facts = _swift(call.facts)
    name = _swift_text(call.name)
    calls = {
        "identify": f"identify(userId: {_swift_text(call.user)}, traits: {facts})",
        "group": f"group(groupId: {_swift_text(call.group)}, traits: {facts})",
        "track": f"track(name: {name}, properties: {facts})",
    }
    return f"{call.comment}analytics.{calls.get(call.type, f'screen(title: {name}, properties: {facts})')}\n"


def _with_kotlin(call: _Call) -> str:
    first = {"identify": call.user, "group": call.group}.get(call.type, call.name)
    kind = "screen" if call.type == "page" else call.type
    return f"{call.comment}analytics.{kind}({_kotlin_text(first)}, buildJsonObject {_kotlin(call.facts)})\n"


def _with_go(call: _Call) -> str:
    said = [("UserId", _go_text(call.user))]
    if call.type == "track":
        said.append(("Event", _go_text(call.name)))
    elif call.type == "group":
        said.append(("GroupId", _go_text(call.group)))
    elif call.name:
        said.append(("Name", _go_text(call.name)))
    key = call.facts_key.capitalize()
    said.append((key, _go(call.facts, 1, f"analytics.{key}")))
    if call.context:
        said.append(("Context", f"&analytics.Context{{Extra: {_go(call.context, 1)}}}"))
    lines = "".join(f"{INDENT}{name}: {value},\n" for name, value in said)
    return f"client.Enqueue(analytics.{call.type.capitalize()}{{\n{lines}}})\n"


_SDKS: tuple[tuple[str, str, Callable[[_Call], str]], ...] = (
    ("browser", "Browser", _with_browser),
    ("node", "Node", _with_node),
    ("python", "Python", _with_python),
    ("swift", "Swift", _with_swift),
    ("kotlin", "Kotlin", _with_kotlin),
    ("go", "Go", _with_go),
)
